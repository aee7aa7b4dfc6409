"""Comments as pages read them, and those that wait for an answer."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import (
    Integer,
    Select,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.db import rows_of
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work


def comment_seen(person: Person, comment_id: int) -> Select[Comment]:
    """A comment somebody may see, with the review it stands in."""
    return (
        policy.comments_seen_by(person)
        .where(Comment.id == comment_id)
        .options(joinedload(Comment.review).joinedload(Review.round).joinedload(Round.work))
    )


def newest_answer(review: Review) -> Revision | None:
    """The newest revision that answers a comment of this review."""
    answering = [
        comment.decision.addressed_in
        for comment in review.comments
        if comment.decision is not None and comment.decision.addressed_in is not None
    ]
    return max(answering, key=lambda revision: revision.number, default=None)


class WaitingFeedback(NamedTuple):
    """A round or a clip of one's own in which feedback waits for an answer."""

    round_id: int | None
    title: str
    new: int
    """Comments the author has not decided on."""
    since: datetime
    clip_id: int | None = None

    @property
    def url(self) -> str:
        """Where the comments are answered."""
        if self.clip_id is not None:
            return url_for("clips.clip_page", clip_id=self.clip_id)
        return url_for("feedback.round_page", round_id=self.round_id)


def feedback_waiting(person: Person) -> list[WaitingFeedback]:
    """Rounds and clips with comments that wait for a decision, the longest waiting first."""
    rows = rows_of(_feedback_waiting(), {"author_id": person.id})
    return [WaitingFeedback._make(row) for row in rows]


@cache
def _feedback_waiting() -> Select[*tuple[Any, ...]]:
    undecided = Comment.is_unanswered
    in_rounds = (
        select(
            Round.id.label("round_id"),
            Work.title.label("title"),
            func.count(Comment.id).label("new"),
            func.min(Review.given_at).label("since"),
            cast(null(), Integer).label("clip_id"),
        )
        .join(Work, Work.id == Round.work_id)
        .join(Review, Review.round_id == Round.id)
        .join(Comment, Comment.review_id == Review.id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(
            Work.author_id == bindparam("author_id"),
            Round.is_open,
            Review.is_given,
            Comment.is_written,
            undecided,
        )
        .group_by(Round.id, Work.title)
    )
    on_clips = (
        select(
            cast(null(), Integer),
            Work.title,
            func.count(Comment.id),
            func.min(Comment.written_at),
            Work.clip_id,
        )
        .join(Revision, Revision.work_id == Work.id)
        .join(Comment, Comment.revision_id == Revision.id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(
            Work.author_id == bindparam("author_id"),
            Work.clip_id.is_not(None),
            Comment.review_id.is_(None),
            Comment.answers_id.is_(None),
            Comment.author_id != Work.author_id,
            undecided,
        )
        .group_by(Work.clip_id, Work.title)
    )
    both = union_all(in_rounds, on_clips).subquery()
    return select(both).order_by(both.c.since, both.c.round_id, both.c.clip_id)
