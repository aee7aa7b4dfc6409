"""The comments of a round as its pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from pdportal.accounts.models import Person
from pdportal.db import Moment, as_json, comma_joined, db, fetch_all
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.answers import USED
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision


def said_so_far(person: Person, round_: Round) -> list[tuple[str, list[Comment]]]:
    """What can be read of a round before its reviews are given, by the name of the stage.

    In the order of its words, which says nothing of who wrote it or when.
    """
    statement = policy.said_in_stages_over(person, round_) if round_.opens else None
    if statement is None:
        return []
    comments: dict[str, list[Comment]] = {}
    for comment in db.session.scalars(statement.order_by(Comment.text, Comment.id)):
        comments.setdefault(comment.stage, []).append(comment)
    stages = reviewer_stages(round_.protocol.data)
    return [(stage.name, comments[stage.key]) for stage in stages if stage.key in comments]


def given_comments(round_: Round) -> Select[Comment]:
    """What stands in the given reviews of a round, as it was written; or by letter."""
    return _given(round_.id)


def _given(round_id: Any) -> Select[Comment]:
    return (
        select(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.round_id == round_id, Review.is_given, Comment.is_written)
        .order_by(Review.letter, Comment.id)
    )


def unanswered_in(round_: Round) -> Sequence[int]:
    """The comments of a round that wait for an answer, in their order."""
    return [row.id for row in fetch_all(_unanswered_in(), {"round_id": round_.id})]


@cache
def _unanswered_in() -> Select[int]:
    given = _given(bindparam("round_id")).outerjoin(Decision, Decision.comment_id == Comment.id)
    waiting = given.where(Comment.is_unanswered).with_only_columns(Comment.id).order_by(None)
    return waiting.order_by(Comment.id)


def comments_to_show(round_: Round) -> list[Comment]:
    """The same with their answers and replies."""
    decision = joinedload(Comment.decision)
    answers = decision.joinedload(Decision.addressed_in), decision.joinedload(Decision.by)
    replies = joinedload(Comment.replies).joinedload(Comment.author)
    all_of_it = *answers, replies, joinedload(Comment.helped), contains_eager(Comment.review)
    return list(db.session.scalars(given_comments(round_).options(*all_of_it)).unique())


_NOT_SHOWN = {
    "revision_id", "stage", "starts", "ends", "look_for", "comment_id", "decided_at",
}  # fmt: skip


class Discussion(NamedTuple):
    """What is stored of the comments of a round, their answers and replies.

    All that its pages show of them follows from it, so that it can be the key of a part.
    """

    words: str
    """Every row of it as JSON; empty where nothing is said."""
    replied_at: datetime | None
    """When the newest reply was written."""


def discussion(round_: Round) -> Discussion:
    """The comments that the author of a round reads; the database makes one string of them.

    As rows they took a tenth of the page, to be compared and no more.
    """
    [row] = fetch_all(_discussion(), {"round_id": round_.id})
    return Discussion(row.words or "", row.replied_at)


@cache
def _discussion() -> Select[str | None, datetime | None]:
    tables = Comment.__table__, Decision.__table__
    columns = [each for table in tables for each in table.c if each.name not in _NOT_SHOWN]
    more = Helped.how, Helped.words, Revision.number, Person.name
    replied_at = case((Comment.answers_id.is_not(None), Comment.written_at))
    given = _given(bindparam("round_id")).with_only_columns(Comment.id).order_by(None).subquery()
    return (
        select(
            comma_joined(as_json(*columns, *more)).label("words"),
            func.max(replied_at, type_=Moment()).label("replied_at"),
        )
        .select_from(given)
        .join(Comment, or_(Comment.id == given.c.id, Comment.answers_id == given.c.id))
        .join(Person, Person.id == Comment.author_id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .outerjoin(Helped, Helped.comment_id == Comment.id)
        .outerjoin(Revision, Revision.id == Decision.addressed_in_id)
    )


def comments_used(round_: Round) -> Sequence[Row[int, str]]:
    """The comments of a round that its author uses: the id and the words of each."""
    used = given_comments(round_).join(Decision, Decision.comment_id == Comment.id)
    return db.session.execute(
        used.where(Decision.verdict.in_(USED))
        .with_only_columns(Comment.id, Comment.text)
        .order_by(None)
        .order_by(Comment.id)
    ).all()


def newest_answer(review: Review) -> Revision | None:
    """The newest revision of the same work that answers a comment of this review: whoever gave it
    does not therefore see a later work."""
    decisions = [comment.decision for comment in review.comments if comment.decision]
    answering = [
        each.addressed_in for each in decisions if each.addressed_in and not each.is_by_later_work
    ]
    return max(answering, key=lambda revision: revision.number, default=None)
