"""Whatever is sent to a page, it answers: never an error of ours, and nothing comes back as code.

Ada and Lee walk their pages as they are, take every form they find there, and send it empty, full
of strange signs, far too long, with files for words and words for files. A new form joins in by
itself.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import services as review_services
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import services as round_services
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Work
from pdportal.video.models import Clip
from tests.conftest import Visit, browser_of
from tests.people import World
from tests.test_the_wall import addresses, hushed
from tests.video import given

__all__ = ["hushed"]

STRANGE = (
    "\x00\x0b\x1b🙂\u202eabc\u2028é\r\nBcc: x@y.z\r\n'\"><script>alert(1)</script>{{7*7}}%s%(x)s"
)
"""NUL, an emoji, a turn to the left, line ends of four kinds, HTML, templates, formats."""

CODE = ("<script>alert", "onerror=alert", 'href="javascript:')

NOT_WALKED = {
    "accounts.sign_out_everywhere": "nobody walks on after it",
    "security.logout": "nor after this",
    "static": "no page",
}


@dataclass
class Sheet:
    """A form on a page: where it goes, and the names and kinds of its boxes."""

    action: str
    kinds: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, page: str, at: str) -> None:
        super().__init__()
        self.found: list[Sheet] = []
        self._at = at.partition("?")[0]
        self._open: Sheet | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = None
            if has.get("method", "").lower() == "post":
                self._open = Sheet(has.get("action") or self._at)
                self.found.append(self._open)
        elif self._open is not None and has.get("name"):
            name = has["name"]
            if tag in {"input", "textarea", "select", "button"}:
                kind = has.get("type", tag)
                self._open.kinds.setdefault(name, kind)
                if has.get("value") and (kind != "checkbox" or "checked" in has):
                    self._open.values.setdefault(name, has["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def ways_to_send(sheet: Sheet) -> Iterator[tuple[str, dict[str, Any]]]:
    """One form in many bad ways: what it is called, and how a client sends it."""
    names = list(sheet.kinds)
    fine = {name: sheet.values.get(name, "words") for name in names}
    words = [name for name, kind in sheet.kinds.items() if kind in WORDS]
    strange, long = fine | dict.fromkeys(words, STRANGE), fine | dict.fromkeys(words, "ö" * 30_000)
    yield "empty", {"data": {}}
    yield "strange", {"data": dict.fromkeys(names, STRANGE)}
    if words:
        yield "strange words", {"data": strange}
        yield "strange, by script", {"data": strange, "headers": {"X-Requested-With": "fetch"}}
        yield "long words", {"data": long}
    yield "far too long", {"data": {names[0]: "x" * 1_100_000}}
    for number in ("-1", "9" * 30):
        yield number, {"data": dict.fromkeys(names, number)}
    dates = [name for name, kind in sheet.kinds.items() if kind == "date"]
    for day in ("0000-00-00", "0001-01-01", "9999-12-31") if dates else ():
        yield day, {"data": fine | dict.fromkeys(dates, day)}
    yield "twice", {"data": MultiDict([*fine.items(), *fine.items()])}
    yield "files", {"data": {name: _file() for name in names}}


NO_FORMS: list[tuple[str, dict[str, Any]]] = [
    ("JSON", {"json": {"text": 7}}),
    ("JSON of another shape", {"json": [1, {"a": [None]}]}),
    (
        "parts that break off",
        {
            "data": b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nwor',
            "content_type": "multipart/form-data; boundary=x",
        },
    ),
    ("no form", {"data": b"\xff\xfe\x00", "content_type": "text/plain"}),
    (
        "bytes",
        {
            "data": b"text=%ff%fe%00&%00=1&=&&;",
            "content_type": "application/x-www-form-urlencoded",
        },
    ),
]
"""What is read before a page sees it, so that each page is sent the next of them alone."""

READ_BY_A_DATABASE = {
    "strange",
    "strange words",
    "long words",
    "9" * 30,
    "0001-01-01",
    "9999-12-31",
}
"""What another kind of database may take in another way."""


def _file() -> FileStorage:
    return FileStorage(io.BytesIO(b"\x00\xff words"), filename="../a\x00b\u202e.mp4")


WORDS = {"text", "textarea", "search", "email", "url"}


@pytest.fixture
def lived_in(hushed: World, app: Flask) -> World:
    """Ada's world, in which she is asked for feedback, too: not begun, begun, given."""
    with app.test_request_context():
        _ask(hushed)
    return hushed


def _ask(hushed: World) -> None:
    protocol = db.session.scalars(select(Protocol).where(Protocol.slug == "tag")).one()
    for title in ("Asked", "Begun"):
        work = work_services.begin_work(
            hushed.ben, "text", title, content={"text": "They talk for two minutes."}
        )
        round_services.share(
            hushed.ben, work, protocol=protocol, question="Is it clear?", named=[hushed.ada]
        )
    begun = db.session.scalars(
        select(Review).join(Review.round).join(Work).where(Work.title == "Begun")
    ).one()
    review_services.begin(hushed.ada, begun)
    work_services.begin_work(hushed.ada, "lesson_plan", "A draft", content={"aim": "To begin."})
    db.session.commit()


Walker = Callable[[], FlaskClient]


def walker(app: Flask, person: Person) -> Walker:
    """Browsers in which somebody is signed in, whatever becomes of the row meanwhile."""
    who = person.fs_uniquifier

    return lambda: browser_of(app, who)


def some_pages(app: Flask, name: str, most: int) -> list[str]:
    """The pages of this world, a few of each route; for Lee only those of leads."""
    routes = app.url_map.bind("localhost")
    kinds: dict[str, list[str]] = defaultdict(list)
    for page in addresses(app):
        endpoint, _values = routes.match(page.partition("?")[0])
        if name == "ada" or page.startswith(("/cohorts", "/people")):
            kinds[endpoint].append(page)
    spread = [some[:: max(1, len(some) // most)][:most] for some in kinds.values()]
    return [page for some in spread for page in some]


def sheets(app: Flask, walk: Walker, pages: list[str]) -> list[Sheet]:
    """A form of each kind that somebody meets on these pages."""
    kinds: dict[tuple[str, frozenset[str]], Sheet] = {}
    routes = app.url_map.bind("localhost")
    for page in pages:
        answer = walk().get(page)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for sheet in Forms(answer.text, page).found:
            endpoint, _values = routes.match(sheet.action.partition("?")[0], "POST")
            shape = frozenset(name.rpartition("-")[0] or name for name in sheet.kinds)
            if endpoint not in NOT_WALKED:
                kinds.setdefault((endpoint, shape), sheet)
    return list(kinds.values())


def troubles(said: str, answer: Any) -> list[str]:
    """What is wrong with an answer."""
    if answer.status_code >= 500:
        return [f"{answer.status_code} {said}"]
    if answer.mimetype == "text/html" and any(code in answer.text for code in CODE):
        return [f"code comes back: {said}"]
    return []


@pytest.mark.parametrize(("name", "least"), [("ada", 40), ("lee", 10)])
def test_no_form_can_break_a_page(lived_in: World, app: Flask, name: str, least: int):
    walk = walker(app, getattr(lived_in, name))
    found = sheets(app, walk, some_pages(app, name, 12))
    assert len(found) >= least, [sheet.action for sheet in found]
    connection: Any = db.engines[None]
    wrong = []
    for sheet, no_form in zip(found, cycle(NO_FORMS), strict=False):
        for way, sent in (*ways_to_send(sheet), no_form):
            if db.engine.dialect.name == "postgresql" and way not in READ_BY_A_DATABASE:
                continue
            before = connection.begin_nested()
            answer = walk().post(sheet.action, **sent)
            said = f"POST {sheet.action}: {way}"
            wrong += troubles(said, answer)
            if answer.status_code < 400 and way.startswith("strange"):
                where = answer.headers.get("Location") or sheet.action
                wrong += troubles(f"{said}, then GET {where}", walk().get(where))
            db.session.remove()
            before.rollback()
    assert wrong == []


ODD = (
    *("from", "to", "stage", "q", "search", "page", "before", "after", "school", "goal", "kind"),
    *("minutes", "skill", "role", "protocol", "next", "module"),
)


@pytest.mark.parametrize("name", ["ada", "lee"])
def test_no_question_can_break_a_page(lived_in: World, app: Flask, name: str):
    walk = walker(app, getattr(lived_in, name))
    wrong = []
    for page in {page.partition("?")[0]: None for page in some_pages(app, name, 3)}:
        for value in (STRANGE, "-1", "9" * 30):
            answer = walk().get(page, query_string=dict.fromkeys(ODD, value))
            wrong += troubles(f"GET {page}?…={value[:20]!r}", answer)
        for method in ("HEAD", "OPTIONS", "PUT"):
            wrong += troubles(f"{method} {page}", walk().open(page, method=method))
    assert wrong == []


TURNS = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Embeddings, overrides and isolates of direction, and their ends."""


def test_nobody_s_words_turn_the_words_of_others_around(world: World, visit: Visit):
    def turned(words: str) -> str:
        return TURNS + TURNS.join(words)

    ada = visit(world.ada)
    ada.post("/feedback/works/new?kind=text", data={"title": turned("A plan")})
    ada.post(
        "/goals/new?keep=1",
        data={"f-change": turned("They ask."), "form_key": "k" * 16, "version": "0"},
    )
    upload = given.form(name=turned("IMG 1") + ".mp4", title=turned("Period 3"))
    ada.post("/clips/new", data=upload)
    visit(world.lee).post(
        "/cohorts/new", data={"name": turned("Spring"), "starts_on": "2027-01-11", "about": ""}
    )
    visit(world.ben).post("/account/about", data={"name": turned("Ben Sousa"), "teaches": ""})
    titles = set(db.session.scalars(select(Work.title)))
    assert titles == {"A plan", "They ask.", "Period 3"}
    assert db.session.scalars(select(Clip.file_name)).one() == "IMG 1.mp4"
    assert "Spring" in set(db.session.scalars(select(Cohort.name)))
    assert world.ben.name == "Ben Sousa"
    assert work_services.clean(turned("From a file")) == "From a file"
