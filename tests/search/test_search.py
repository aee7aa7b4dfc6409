"""One search finds what somebody may see, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from pdportal.db import db
from pdportal.feedback.works import services as work_services
from pdportal.goals.steps import services as steps
from pdportal.search.sources import Fit, fit
from tests.conftest import Visit
from tests.feedback import given
from tests.modules.given import publish_one, write_module
from tests.people import World

HOSTILE = [
    '"',
    "%",
    "_",
    "*",
    "' OR 1=1",
    "(",
    "\\",
    "\x00",
    "a" * 500,
    "🙂",
    "NEAR(",
    "ﬁ",
    "\u200b",
]


def found(page: str) -> list[str]:
    """What is linked on a page of results."""
    return re.findall(r'<div class="list-text">\s*<a [^>]*>([^<]*)</a>', page)


@pytest.fixture
def shelf(app: Flask, world: World, tmp_path: Path) -> None:
    """A module, a plan of Ada's that Ben is asked about, a step of hers."""
    publish_one(write_module(tmp_path, "silence", title="Silence that rewards"))
    protocol = given.tag(tmp_path)
    with app.test_request_context():
        plan = given.plan(world.ada, "Fractions on a line", aim="Élan and silence in the room.")
        given.shared(plan, protocol, named=[world.ben])
        work_services.begin_work(world.ada, "text", "A draft", content={"text": "Quiet corners."})
        steps.add_step(world.ada, None, "Wait five seconds in silence")
    db.session.commit()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("who", "words", "titles"),
    [
        ("ada", "fractions", ["Fractions on a line"]),
        ("ada", "ELAN", ["Fractions on a line"]),
        ("ada", "quiet corners", ["A draft"]),
        ("ada", "five seconds", ["Wait five seconds in silence"]),
        ("ada", "silence rewards", ["Silence that rewards"]),
        ("ada", "nowheretobefound", []),
        ("ben", "fractions", ["Fractions on a line"]),
        ("ben", "elan", []),
        ("ben", "quiet corners", []),
        ("ben", "five seconds", []),
        ("zoe", "fractions", []),
        ("fay", "fractions", []),
        ("cora", "fractions", []),
        ("lee", "fractions", []),
        ("max", "five seconds", []),
        ("lee", "okafor", ["Ada Okafor"]),
        ("cora", "okafor", ["Ada Okafor"]),
        ("cora", "silva", []),
        ("ben", "okafor", ["Ada Okafor"]),
        ("ben", "ÓKÁFOR", ["Ada Okafor"]),
        ("ben", "silva", []),
        ("zoe", "okafor", []),
        ("olu", "okafor", []),
    ],
)
def test_what_is_found_is_what_one_may_see(
    world: World, visit: Visit, who: str, words: str, titles: list[str]
):
    page = visit(getattr(world, who)).get("/search", query_string={"q": words}).text
    assert found(page) == titles


@pytest.mark.usefixtures("shelf")
def test_a_title_comes_before_a_text(world: World, visit: Visit):
    page = visit(world.ada).get("/search?q=silence").text
    order = ["Silence that rewards", "Fractions on a line", "Wait five seconds in silence"]
    assert [title for title in found(page) if title in order] == order
    assert "<mark>silence</mark>" in page


def test_help_is_found_by_its_sections(world: World, visit: Visit):
    page = visit(world.ada).get("/search?q=wrong person").text
    assert "/help/teachers#if-something-goes-wrong" in page


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_is_typed_is_an_error(world: World, visit: Visit, words: str):
    answer = visit(world.lee).get("/search", query_string={"q": words})
    assert answer.status_code == 200


def test_a_search_costs_the_same_for_two_works_as_for_twenty(
    app: Flask, world: World, visit: Visit, statements
):
    def cost() -> int:
        ada = visit(world.ada)
        with statements() as said:
            ada.get("/search?q=plan")
        return len(said)

    with app.test_request_context():
        given.plan(world.ada, "Plan one")
    db.session.commit()
    few = cost()
    with app.test_request_context():
        for number in range(20):
            given.plan(world.ada, f"Plan {number}")
    db.session.commit()
    assert cost() == few
    assert few <= 9


@pytest.mark.parametrize(
    ("asked", "title", "text", "fits"),
    [
        ("wait", "Wait time", "", Fit.BEGINS_WORD),
        ("time wai", "Wait time", "", Fit.BEGINS_WORD),
        ("art", "Smart start", "", Fit.IN_TITLE),
        ("wait", "Silence", "They wait.", Fit.IN_TEXT),
        ("wait silence", "Silence", "They wait.", Fit.IN_TEXT),
        ("wait noise", "Silence", "They wait.", Fit.NOT),
        ("分数", "我看分数和图", "", Fit.IN_TITLE),
        ("?", "What?", "", Fit.NOT),
    ],
)
def test_how_well_something_fits(asked: str, title: str, text: str, fits: Fit):
    assert fit(asked, title, text) == fits


@pytest.mark.usefixtures("shelf")
def test_a_protocol_is_found_by_its_name(world: World, visit: Visit):
    assert found(visit(world.ada).get("/search?q=tag").text)[0] == "TAG"
