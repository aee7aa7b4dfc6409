"""Practice before the first review: stage by stage, and nothing typed is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.models import Round
from tests.conftest import Visit
from tests.feedback import given
from tests.people import World

MODEL = """\
- **Tell:** On “the first minute”: a question is raised at once.
- **Give:** Let them guess first.
- **Give:** And write it down.
- Nobody’s stage.

Read it twice."""


@pytest.fixture
def practice(world: World, round_: Round, tmp_path: Path) -> str:
    """Ben's practice in a protocol whose model answer is by stage."""
    old = "**Tell:** the first minute raises a question at once."
    protocol = given.tag(tmp_path, given.TAG.replace(old, MODEL))
    review = given.begun(
        given.shared(given.plan(world.dee), protocol, named=[world.ben]), world.ben
    )
    db.session.commit()
    return f"/feedback/reviews/{review.id}/practice"


def test_a_model_answer_is_read_by_stage(practice: str):
    protocol = db.session.scalars(select(Protocol).where(Protocol.is_current)).one()
    read = protocol.data["practice"]
    assert list(read["by_stage"]) == ["tell", "give"]
    assert "guess first" in read["by_stage"]["give"]
    assert "write it down" in read["by_stage"]["give"]
    assert "Nobody’s stage" in read["note"]
    assert "Read it twice" in read["note"]
    assert "guess first" not in read["note"]
    assert "guess first" in read["answer"]


@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        (
            {"text-tell": "Good job"},
            ["The place:", "The reason:", "left this one out"],
            ["next move:"],
        ),
        ({"text-tell": "Good job", "quote-tell": "magnets"}, ["The reason:"], ["The place:"]),
        ({"text-give": "On “lesson”: too long"}, ["The next move:"], ["The place:", "The reason:"]),
        ({"text-ask": "Why magnets?"}, ["Why magnets?", "guess first"], ["Worth a second look"]),
    ],
)
def test_what_the_model_has_and_ones_own_has_not(
    world: World,
    visit: Visit,
    practice: str,
    typed: dict[str, str],
    shown: list[str],
    hidden: list[str],
):
    page = visit(world.ben).post(practice, data=typed)
    assert page.status_code == 200
    assert all(words in page.text for words in shown)
    assert not any(words in page.text for words in hidden)


def test_nothing_is_stored_but_that_one_has_practised(world: World, visit: Visit, practice: str):
    ben = visit(world.ben)
    empty = ben.post(practice, data={"text-tell": "  ", "quote-tell": "kept as typed"})
    assert empty.status_code == 422
    assert "kept as typed" in empty.text
    practised = select(func.count()).select_from(Event).where(Event.verb == "practised")
    assert db.session.scalar(practised) == 0
    hostile = "<script>alert(1)</script>" * 200
    page = ben.post(practice, data={"text-tell": hostile, "next_move-give": "x"})
    assert "<script>alert" not in page.text
    assert db.session.scalar(practised) == 1
    assert db.session.scalars(select(Comment.text).where(Comment.text != "")).all() == []


def test_an_edition_from_before_shows_its_model_answer_whole(
    world: World, visit: Visit, practice: str
):
    protocol = db.session.scalars(select(Protocol).where(Protocol.is_current)).one()
    old = {name: protocol.data["practice"][name] for name in ("work", "answer")}
    protocol.data = protocol.data | {"practice": old}
    db.session.commit()
    page = visit(world.ben).post(practice, data={"text-tell": "Good job"}).text
    assert "guess first" in page
    assert "Worth a second look" not in page
