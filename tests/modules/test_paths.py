"""One's own way through a module: tracks, optional pages and parts, and the rule that ends it."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from pdportal.db import db, fetch_all
from pdportal.modules.blocks import services as blocks
from pdportal.modules.enrollments import rule
from pdportal.modules.events import module_finished
from pdportal.modules.models import Edition, Enrollment, Page
from pdportal.modules.parts import page, page_counts
from tests.conftest import Visit
from tests.modules.compiler.folders import MODULE, PAGE, module, told, whole
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, plain_page
from tests.people import World

TRACKS = """tracks:
  Catch up: For whoever has never timed a pause.
  Go deeper: For whoever has done this with a class.
"""
QUESTION = """
::: question {#%s%s}
What helps?

- [x] Waiting
    > Yes.
- [ ] Asking again
    > That is a new question.
:::
"""


def on(track: str, title: str, minutes: int = 5, *, more: str = "", text: str = "Words.") -> str:
    """A page of a track."""
    return f"---\ntitle: {title}\nminutes: {minutes}\n{track}{more}---\n{text}\n"


PAGES = {
    "01-begin.md": FIRST,
    "02-slow.md": on("track: Catch up\n", "Slowly", text=QUESTION % ("slow", "")),
    "03-deep.md": on("track: go-deeper\n", "Deeper", 20, text=QUESTION % ("deep", "")),
    "04-aside.md": on("", "An aside", more="optional: true\n", text=QUESTION % ("aside", "")),
    "05-end.md": plain_page("The end") + QUESTION % ("extra", " .optional"),
}


@pytest.fixture
def tracked(publish: Publish) -> Edition:
    """A module with two tracks, an optional page and an optional question."""
    return publish("ways", title="Two ways", pages=PAGES, more=TRACKS)


def words(html: str) -> str:
    """The words of a page, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


assert blocks  # all that models name is there, whichever file is run alone


def answer(reader: Any, page_slug: str, key: str) -> None:
    """Answer the question of a page, rightly."""
    option = "after-an-answer" if key == "second-pause" else "waiting"
    reader.post(f"/learn/ways/{page_slug}/{key}/answer", data={"option": option})


def test_a_track_is_chosen_switched_half_way_and_finished(
    world: World, visit: Visit, tracked: Edition
) -> None:
    finished: list[int] = []
    with module_finished.connected_to(lambda _person, **news: finished.append(news["module_id"])):
        ada = visit(world.ada)
        before = words(ada.get("/learn/ways").text)
        assert "For whoever has done this with a class." in before
        assert "About 16 minutes" in before, "the minutes of the first track"
        begun = ada.post("/learn/ways/track", data={"track": "catch-up"})
        assert begun.location == "/learn/ways/begin"
        assert "Done when: 3 pages read; 2 questions answered, right or not." in words(
            ada.get("/learn/ways").text
        )
        answer(ada, "begin", "second-pause")
        assert ada.post("/learn/ways/begin/next").location == "/learn/ways/slow"
        here = words(ada.get("/learn/ways/slow").text)
        assert "Page 2 of 3" in here
        assert "Done when: 3 pages read; 2 questions answered, right or not." in here
        assert "Optional, before you continue: An aside" in here
        assert "Next: The end" in here
        assert 'href="/learn/ways/deep"' in ada.get("/learn/ways/slow").text

        answer(ada, "slow", "slow")
        ada.post("/learn/ways/track", data={"track": "go-deeper"})
        page = words(ada.get("/learn/ways").text)
        assert "1 of 3 read" in page, "what was read on the other track is kept, and not counted"
        assert ada.post("/learn/ways/begin/next").location == "/learn/ways/deep"
        assert "From the track “Catch up”" in words(ada.get("/learn/ways/slow").text)
        answer(ada, "deep", "deep")
        assert not finished
        ada.post("/learn/ways/end/next")
        assert finished == [tracked.module_id], "neither the aside nor the optional question counts"
        ada.post("/learn/ways/track", data={"track": "catch-up"})
        assert "Done. Nice work." in ada.get("/learn/ways").text


def test_switching_to_a_track_that_is_read_ends_the_module(
    world: World, visit: Visit, tracked: Edition
) -> None:
    ada = visit(world.ada)
    ada.post("/learn/ways/track", data={"track": "go-deeper"})
    for page_slug, key in (("begin", "second-pause"), ("slow", "slow")):
        answer(ada, page_slug, key)
    ada.post("/learn/ways/end/next")
    assert db.session.scalars(select(Enrollment.finished_at)).one() is None
    ada.post("/learn/ways/track", data={"track": "catch-up"})
    ada.post("/learn/ways/track", data={"track": "catch-up"})
    assert db.session.scalars(select(Enrollment.finished_at)).one() is not None


def test_an_optional_part_says_so_and_a_track_that_is_none_is_not_found(
    world: World, visit: Visit, tracked: Edition
) -> None:
    ada = visit(world.ada)
    assert "Optional: it does not count." in ada.get("/learn/ways/end").text
    assert "Optional page: it does not count" in ada.get("/learn/ways/aside").text
    assert ada.post("/learn/ways/track", data={"track": "sideways"}).status_code == 404
    assert ada.post("/learn/nowhere/track", data={"track": "catch-up"}).status_code == 404


def test_a_track_that_a_new_version_has_not_becomes_its_first(
    world: World, visit: Visit, tracked: Edition, publish: Publish
) -> None:
    ada = visit(world.ada)
    ada.post("/learn/ways/track", data={"track": "go-deeper"})
    new = {name: text for name, text in PAGES.items() if name != "03-deep.md"}
    new["03-new.md"] = on("track: New\n", "Newer")
    publish("ways", pages=new, more=TRACKS.replace("Go deeper", "New"))
    ada.post("/learn/ways/move-on")
    assert db.session.scalars(select(Enrollment.track)).one() == "catch-up"


def test_what_counts_is_the_same_in_a_statement_and_in_hand(tracked: Edition) -> None:
    pages = db.session.scalars(select(Page).where(Page.edition_id == tracked.id)).all()
    statement = select(page.c.id).where(
        page.c.edition_id == tracked.id, page_counts(page, bindparam("track"))
    )
    for track in ("", "catch-up", "go-deeper"):
        found = {row.id for row in fetch_all(statement, {"track": track})}
        assert found == {each.id for each in pages if rule.counts(each, track)}
    for optional, choice, option in itertools.product((True, False), (None, 1), ("read", "watch")):
        asked = rule.Asked(2, 1, rule.BlockKind.QUESTION, optional, choice, option)
        said = not optional and (choice is None or option == "read")
        assert asked.counts({1: "read"}) is said


@pytest.mark.parametrize(
    ("facts", "page_facts", "problem"),
    [
        ("tracks: deeper\n", "", "“tracks” should be names, each with a line of text"),
        ("tracks:\n  a: Who.\n  A: Who.\n", "track: a\n", "The track “A” is there twice."),
        ("tracks:\n  a:\n  b: Who.\n", "track: a\n", "The track “a” does not say for whom it is."),
        ("tracks:\n  a: Who.\n", "track: a\n", "One track is no choice."),
        ("tracks:\n  a: Who.\n  b: Who.\n", "", "No page is on the track “b”."),
        ("tracks:\n  '!': Who.\n  b: Who.\n", "track: b\n", "“!” cannot be the name of a track."),
        ("", "track: deeper\n", "There is no track “deeper”."),
        ("", "optional: perhaps\n", "“optional” should be true or false, not “perhaps”."),
        ("", "optional: true\n", "Every page of this module is optional."),
        ("needs: [waiting]\n", "", "A module cannot ask for itself first."),
    ],
)
def test_the_checker_names_what_is_wrong_with_a_path(
    tmp_path: Path, facts: str, page_facts: str, problem: str
) -> None:
    files: dict[str, str | bytes] = {
        "module.md": MODULE.replace("---\nWhat", f"{facts}---\nWhat"),
        "01-one.md": PAGE.replace("minutes: 5\n", f"minutes: 5\n{page_facts}") + "Words.",
    }
    made = module(tmp_path, files)
    assert any(" error " in line and problem in line for line in told(made)), told(made)


def test_the_minutes_of_a_module_are_those_of_its_first_track(tmp_path: Path) -> None:
    made = module(
        tmp_path,
        {
            "module.md": MODULE.replace("---\nWhat", f"{TRACKS}needs: [before]\n---\nWhat"),
            "01-one.md": on("track: catch-up\n", "One", 7),
            "02-two.md": on("track: Go deeper\n", "Two", 20),
            "03-all.md": on("", "All", 3),
            "04-more.md": on("", "More", 9, more="optional: true\n"),
        },
    )
    assert told(made) == []
    compiled = whole(made)
    assert (compiled.minutes, compiled.first_track) == (10, "catch-up")
    assert (compiled.needs, compiled.prerequisites) == (["before"], ["before"])
