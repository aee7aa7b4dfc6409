"""A whole module as one document to print."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import select

from pdportal.db import db
from pdportal.modules.models import Page, Section
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, SECOND, plain_page, publish_one
from tests.modules.test_choices import CHOICE
from tests.people import World

LINKS = """Back [to the silence](01-one-second.md#deeper), [here](#own), [about](module.md),
a note.[^1]

## Own {#own}

Words like `id="own"`.

[^1]: From here.
"""
SHIPPED = sorted(path.parent for path in Path("content/modules").glob("*/module.md"))
NOTES = "---\ntitle: Hidden\naudience: facilitators\n---\nFor those who guide.\n"


@pytest.fixture
def printed(world: World, visit: Visit, publish: Publish) -> Any:
    first = FIRST.replace(
        "The first page", "## Deeper\n\nA note.[^1]\n\n[^1]: There.\n\nThe first page"
    )
    pages = {
        "01-one-second.md": first,
        "02-try-it.md": SECOND,
        "03-links.md": plain_page("L", LINKS),
    }
    publish(pages={**pages, "04-hidden.md": NOTES})
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    ada.post("/learn/wait/one-second/second-pause/answer", data={"option": "after-an-answer"})
    ada.post(
        "/learn/wait/one-second/whose-voice/reflection", data={"text": "Only mine", "version": "0"}
    )
    return ada


def test_all_pages_stand_in_one_document_whose_links_stay_in_it(printed: Any) -> None:
    page = printed.get("/learn/wait/print").text
    titles = re.findall(r'<li>\s*<a href="#p(\d)">(.*?)</a>', page)
    assert titles == [("1", "One second"), ("2", "Try it"), ("3", "L")]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    leads = set(re.findall(r'href="#([^"]+)"', page))
    assert {"p1-deeper", "p3-own"} <= leads
    assert leads - {"main"} <= set(ids)
    assert 'id="own"' in page, "what is shown as code stays as it was written"
    assert 'data-controller="swap"' not in page


def test_own_words_and_notes_are_left_out_unless_they_are_asked_for(
    printed: Any, world: World, visit: Visit
) -> None:
    plain = printed.get("/learn/wait/print").text
    assert "Where is the second pause?" in plain
    for word in (
        "Yes, there.",
        "Only mine",
        "checked",
        "secret for facilitators",
        "those who guide",
    ):
        assert word not in plain, word
    own = printed.get("/learn/wait/print?words=on&notes=on").text
    assert "Yes, there." in own
    assert "Only mine" in own
    assert "secret for facilitators" not in own
    fay = visit(world.fay)
    assert "secret for facilitators" not in fay.get("/learn/wait/print").text
    notes = fay.get("/learn/wait/print?notes=on&words=on").text
    assert "secret for facilitators" in notes
    assert "those who guide" in notes
    assert "Only mine" not in notes
    assert fay.get("/learn/none/print").status_code == 404


@pytest.mark.parametrize("query", ["", "?words=on"])
def test_a_module_of_many_pages_costs_as_many_statements_as_one_of_few(
    world: World, visit: Visit, publish: Publish, statements: Callable[[], Any], query: str
) -> None:
    counts = set()
    for name, number in (("few", 2), ("many", 20)):
        publish(name, pages={f"{n:02}-p{n}.md": _page(n) for n in range(number)})
        ada = visit(world.ada)
        ada.post(f"/learn/{name}/begin")
        with statements() as said:
            assert ada.get(f"/learn/{name}/print{query}").status_code == 200
        counts.add(len(said))
    assert len(counts) == 1
    assert counts.pop() <= 8


def test_alternatives_to_choose_from_all_print(
    world: World, visit: Visit, publish: Publish
) -> None:
    publish("pick", pages={"01-choose.md": CHOICE})
    ada = visit(world.ada)
    for began in (False, True):
        if began:
            ada.post("/learn/pick/begin")
            ada.post("/learn/pick/choose/way-in/choose", data={"option": "read", "why": "Paper."})
        page = ada.get("/learn/pick/print").text
        assert 'id="p1-way-in-read" open' in page
        assert 'id="p1-way-in-watch" open' in page
        assert "A film of three questions." in page
        assert "not-chosen" not in page
    assert "Paper." in ada.get("/learn/pick/print?words=on").text


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_shipped_module_prints(world: World, visit: Visit, folder: Path) -> None:
    done = publish_one(folder)
    assert done.edition is not None, done.problems
    db.session.commit()
    fay, address = visit(world.fay), f"/learn/{folder.name}"
    fay.post(f"{address}/begin")
    titles = db.session.scalars(
        select(Page.title).where(
            Page.edition_id == done.edition.id, Page.section != Section.FACILITATORS
        )
    ).all()
    for query in ("", "?words=on", "?notes=on", "?words=on&notes=on"):
        printed = fay.get(f"{address}/print{query}")
        assert printed.status_code == 200
        assert all(f"<h1>{escape(title)}</h1>" in printed.text for title in titles)


def _page(number: int) -> str:
    return FIRST.replace("#second-pause", f"#q{number}").replace("#whose-voice", f"#r{number}")
