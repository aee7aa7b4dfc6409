"""Each state rule says the same of a row in hand as in a statement."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import (
    AnchorKind,
    Comment,
    CommentKind,
    Decision,
    Verdict,
)
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import ReleaseWhy, Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision
from tests.feedback import given
from tests.people import World

pytestmark = pytest.mark.usefixtures("addresses")

NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
MAYBE = (None, NOW)


def rounds(world: World, tag: Protocol) -> list[Round]:
    """A round in every state that a round can have."""
    states = product(MAYBE, MAYBE, MAYBE)
    made = []
    for number, (taken_back_at, answered_at, closed_at) in enumerate(states):
        work = given.plan(world.ada, f"Plan {number}")
        db.session.flush()
        revision = db.session.scalars(select(Revision).where(Revision.work_id == work.id)).one()
        made.append(
            Round(work_id=work.id, revision_id=revision.id, protocol_id=tag.id, question="Why?",
                  asked=3, needed=2, grace_until=NOW, taken_back_at=taken_back_at,
                  answered_at=answered_at, closed_at=closed_at)
        )  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return made


def reviews(world: World, tag: Protocol) -> list[Review]:
    """A review in every state, in a round of every state."""
    states = [
        {},
        {"begun_at": NOW},
        {"begun_at": NOW, "given_at": NOW},
        {"released_at": NOW, "release_why": ReleaseWhy.LEFT},
    ]
    people = (world.ben, world.dee, world.cora, world.fay)
    made = [
        Review(round_id=round_.id, reviewer_id=person.id, lease_until=NOW, **state)
        for round_ in rounds(world, tag)
        for person, state in zip(people, states, strict=True)
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def comments(world: World, tag: Protocol) -> list[Comment]:
    """A comment with words and one without, with a decision in every state and with none."""
    review = reviews(world, tag)[2]
    decisions: list[dict[str, Any] | None] = [
        {"verdict": verdict, "addressed": addressed, "confirmed_at": confirmed,
         "asked_again_at": again}
        for verdict, addressed, confirmed, again in product(Verdict, (False, True), MAYBE, MAYBE)
        if not (confirmed and again)
    ]  # fmt: skip
    made = []
    for text, state in product(("", "Why?"), [None, *decisions]):
        comment = Comment(
            revision_id=review.round.revision_id, review_id=review.id, author_id=review.reviewer_id,
            kind=CommentKind.NOTE, text=text, anchor=AnchorKind.WHOLE,
        )  # fmt: skip
        if state is not None:
            state = dict(state)
            if state.pop("addressed"):
                state |= {"addressed_in_id": review.round.revision_id, "addressed_at": NOW}
            comment.decision = Decision(**state)
        made.append(comment)
    db.session.add_all(made)
    db.session.flush()
    return made


@pytest.mark.parametrize("rule", ["is_open", "is_waiting", "answers_are_out"])
def test_of_a_round(world: World, tag: Protocol, rule: str):
    same({one.id: getattr(one, rule) for one in rounds(world, tag)},
         select(Round.id).where(getattr(Round, rule)))  # fmt: skip


@pytest.mark.parametrize("rule", ["is_given", "is_owed", "is_wanted"])
def test_of_a_review(world: World, tag: Protocol, rule: str):
    same({one.id: getattr(one, rule) for one in reviews(world, tag)},
         select(Review.id).join(Round).where(getattr(Review, rule)))  # fmt: skip


@pytest.mark.parametrize("rule", ["is_written", "is_unanswered"])
def test_of_a_comment(world: World, tag: Protocol, rule: str):
    same({one.id: getattr(one, rule) for one in comments(world, tag)},
         select(Comment.id).outerjoin(Decision).where(getattr(Comment, rule)))  # fmt: skip


def test_of_a_decision(world: World, tag: Protocol):
    some = [one for one in comments(world, tag) if one.decision]
    same({one.id: one.decision.is_settled for one in some},
         select(Decision.comment_id).where(Decision.is_settled))  # fmt: skip


def same(in_hand: dict[int, bool], statement: Any) -> None:
    """The statement finds the rows for which the property is true, and no others."""
    assert set(in_hand.values()) == {True, False}
    assert set(db.session.scalars(statement)) == {ident for ident, yes in in_hand.items() if yes}
