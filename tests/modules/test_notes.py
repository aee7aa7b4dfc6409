"""Notes of one's own: written beside words, found again after two versions, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.modules.models import Edition
from pdportal.modules.notes.models import OwnNote
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, SECOND, plain_page
from tests.people import World

PAGE = "/learn/wait/one-second"
QUOTE = "the silence after a question"


def note(person: Any, text: str, quote: str = QUOTE, key: str = "one", **more: str) -> Any:
    data = {"form_key": key, "text": text, "quote": quote, **more}
    return person.post(f"{PAGE}/notes", data=data)


def marked(page: str) -> list[tuple[str, str]]:
    """The class and words of each mark on a page."""
    return re.findall(r'<mark class="passage ?([^"]*)"[^>]*>([^<]*)</mark>', page)


def test_a_note_survives_two_versions(world: World, visit: Visit, wait: Edition, publish: Publish):
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    assert note(ada, "Mine is *half* a second.").location.startswith(f"{PAGE}#note-")
    page = ada.get(PAGE).text
    assert marked(page) == [("", QUOTE)]
    assert "Mine is <em>half</em> a second." in page

    first = FIRST.replace("The first page tells of", "We begin with")
    publish(pages={"01-one-second.md": first, "02-try-it.md": SECOND})
    ada.post("/learn/wait/move-on")
    assert marked(ada.get(PAGE).text) == [("", QUOTE)]

    second = first.replace(QUOTE, "the long silence after a question")
    publish(pages={"01-to-begin-with.md": second, "02-try-it.md": SECOND})
    ada.post("/learn/wait/move-on")
    page = ada.get("/learn/wait/to-begin-with").text
    assert marked(page) == [("edited", "the long silence after a question")]

    third = second.replace("We begin with the long silence after a question.", "Other things.")
    publish(pages={"01-to-begin-with.md": third, "02-try-it.md": SECOND})
    ada.post("/learn/wait/move-on")
    page = ada.get("/learn/wait/to-begin-with").text
    assert marked(page) == []
    assert "no longer on the page" in page
    assert QUOTE in page, "a note whose words are gone stays, with its quote"

    publish(pages={"02-try-it.md": SECOND})
    ada.post("/learn/wait/move-on")
    mine = ada.get("/notes").text
    assert "Mine is <em>half</em> a second." in mine
    assert "not in the version you read now" in mine


def test_a_note_follows_its_words_to_another_page(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    note(ada, "Mine.")
    more = plain_page("Elsewhere", f"Later we come to {QUOTE}.")
    publish(pages={"02-try-it.md": SECOND, "03-elsewhere.md": more})
    ada.post("/learn/wait/move-on")
    assert marked(ada.get("/learn/wait/elsewhere").text) == [("", QUOTE)]


def test_a_note_is_changed_deleted_and_brought_back(world: World, visit: Visit, wait: Edition):
    ada = visit(world.ada)
    note(ada, "First.")
    note(ada, "First.")
    saved = db.session.scalars(select(OwnNote)).one()
    at = f"/notes/{saved.id}"
    script = {"X-Requested-With": "fetch"}
    answer = ada.post(at, data={"text": "Second.", "version": "1"}, headers=script)
    assert answer.json["version"] == 2
    other = ada.post(at, data={"text": "Third.", "version": "1"}, headers=script)
    assert other.status_code == 409
    assert other.json["values"]["text"] == "Second."

    removed = ada.post(f"{at}/remove")
    page = ada.get(removed.location).text
    assert "Note deleted." in page
    assert "Second." not in page
    assert "Second." not in ada.get("/notes").text + ada.get("/notes.md").text
    ada.post(f"{at}/restore")
    assert "Second." in ada.get(PAGE).text


def test_words_that_are_not_on_the_page_are_asked_for_again(
    world: World, visit: Visit, wait: Edition
):
    ada = visit(world.ada)
    answer = note(ada, "Typed with care.", quote="words of another page")
    assert answer.status_code == 422
    assert "Typed with care." in answer.text
    assert "These words are not on the page." in answer.text
    assert note(ada, "", quote="").status_code == 422
    assert note(ada, "About all of it.", quote="").status_code == 302
    assert note(ada, "x" * 20_001, key="two").status_code == 422
    script = {"X-Requested-With": "fetch"}
    data = {"form_key": "three", "text": "Kept.", "quote": "not there", "letter": "9"}
    assert ada.post(f"{PAGE}/notes", data=data, headers=script).status_code == 200
    page = ada.get(PAGE).text
    assert "Kept." in page
    assert "no longer on the page" in page


def test_the_place_tells_which_of_two_the_words_are(world: World, visit: Visit, publish: Publish):
    publish(pages={"01-one-second.md": plain_page("One second", "Wait now. Then wait now.")})
    ada = visit(world.ada)
    note(ada, "The second.", quote="wait now", letter="12")
    page = ada.get(PAGE).text
    assert re.search(r"Wait now\. Then <mark[^>]*>wait now</mark>", page)


def test_all_notes_by_module_searched_and_taken_along(
    world: World, visit: Visit, wait: Edition, publish: Publish
):
    publish("other", title="Other things", pages={"01-a.md": plain_page("A page")})
    ada = visit(world.ada)
    assert "No notes yet" in ada.get("/notes").text
    note(ada, "Café and silence.")
    data = {"form_key": "b", "text": "Of another module.", "quote": ""}
    ada.post("/learn/other/a/notes", data=data)
    both = ada.get("/notes").text
    assert "Worth waiting for" in both
    assert "Other things" in both
    found = ada.get("/notes?q=cafe").text
    assert "Café" in found
    assert "Of another module." not in found
    assert "Café" in ada.get("/search?q=cafe").text
    taken = ada.get("/notes.md").text
    assert f"## Worth waiting for\n\n### One second\n\n> {QUOTE}\n\nCafé and silence." in taken


OTHERS = ("ben", "fay", "cora", "lee", "max", "zoe")


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_reads_changes_or_counts_a_note(
    world: World, visit: Visit, wait: Edition, name: str
):
    note(visit(world.ada), "hushhush")
    saved = db.session.scalars(select(OwnNote)).one()
    other = visit(getattr(world, name))
    for path in (PAGE, "/notes", "/notes.md", "/search?q=silence", "/learn/wait"):
        assert "hushhush" not in other.get(path).text
    for act in ("", "/remove", "/restore"):
        answer = other.post(f"/notes/{saved.id}{act}", data={"text": "x", "version": "1"})
        assert answer.status_code == 404
    db.session.refresh(saved)
    assert (saved.text, saved.removed_at) == ("hushhush", None)
    assert not db.session.scalar(select(func.count()).where(Event.object_type == "own_note"))


def test_notes_cost_one_statement_and_a_page_without_none(
    world: World, visit: Visit, wait: Edition, statements: Callable[[], Any]
):
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    ada.get(PAGE)
    costs = []
    for count in (0, 2, 20):
        for number in range(count):
            note(ada, f"Note {number}.", key=f"{count}-{number}")
        with statements() as said:
            ada.get(PAGE)
        costs.append(len(said))
    assert costs == [3, 4, 4]
