"""Comments as pages read them, and those that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import is_heard_by_author, is_written_by
from pdportal.inbox.models import Notice
from pdportal.inbox.services import address


def comment_to_answer(person: Person, comment_id: int) -> Select[Comment]:
    """A comment somebody may see, with the review it stands in and the work it is about.

    It stands in a review, or in the talk about a work of a kind that has one.
    """
    talked_about = [kind.name for kind in all_kinds() if kind.talk]
    in_talk = Comment.revision.has(Revision.work.has(Work.kind.in_(talked_about)))
    return (
        policy.comments_seen_by(person)
        .where(Comment.id == comment_id, or_(Comment.review_id.is_not(None), in_talk))
        .options(
            joinedload(Comment.review).joinedload(Review.round),
            joinedload(Comment.decision),
            joinedload(Comment.revision).joinedload(Revision.work).joinedload(Work.author),
        )
    )


def comment_received(person: Person, comment_id: int) -> Select[Comment]:
    """A comment on a work that somebody writes, wherever it was made."""
    return (
        policy.comments_seen_by(person)
        .join(Comment.revision)
        .join(Revision.work)
        .where(Comment.id == comment_id, is_written_by(person.id))
        .options(
            contains_eager(Comment.revision).contains_eager(Revision.work).joinedload(Work.author),
            joinedload(Comment.review).joinedload(Review.round),
        )
    )


def closed_to_author(person: Person, comment_id: int) -> Select[Work]:
    """The work of a comment that somebody was told of, and that is closed since because they look
    first; nothing of other comments, since each of them found would tell how much is said."""
    url = address("feedback.comment_page", comment_id=comment_id)
    told = select(Notice.id).where(Notice.person_id == person.id, Notice.url == url)
    return (
        select(Work)
        .join(Revision, Revision.work_id == Work.id)
        .join(Comment, Comment.revision_id == Revision.id)
        .where(Comment.id == comment_id, is_written_by(person.id), ~is_heard_by_author())
        .where(told.exists())
    )


def own_comment(person: Person, comment_id: int) -> Select[Comment]:
    """A comment that somebody may see outside reviews: in a talk, or a reply under a review."""
    first = joinedload(Comment.answers).joinedload(Comment.review)
    return (
        policy.comments_seen_by(person)
        .where(Comment.id == comment_id, Comment.review_id.is_(None))
        .options(
            first.joinedload(Review.round),
            joinedload(Comment.revision).joinedload(Revision.work).joinedload(Work.author),
        )
    )


@dataclass
class Thread:
    """A comment in the talk about a work, with the replies to it."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """Whether anybody has replied or decided."""
        return bool(self.replies or self.comment.decision)


def threads(person: Person, which: ColumnElement[bool]) -> list[Thread]:
    """All that is said in the talk about a work: first about the whole, then along it.

    `which` is a condition on `Work` that one work fulfils.
    """
    comments = db.session.scalars(
        _talk(person, which)
        .options(
            joinedload(Comment.author),
            joinedload(Comment.decision).joinedload(Decision.addressed_in),
            joinedload(Comment.helped),
        )
        .order_by(Comment.id)
    ).unique()
    by_id: dict[int, Thread] = {}
    for comment in comments:  # a reply is younger than what it answers
        if comment.answers_id is None:
            by_id[comment.id] = Thread(comment)
        elif comment.answers_id in by_id:
            by_id[comment.answers_id].replies.append(comment)
    return sorted(by_id.values(), key=_along)


def comment_in_talk(person: Person, which: ColumnElement[bool], comment_id: int) -> Select[Comment]:
    """One comment in the talk about a work that somebody may see."""
    return (
        _talk(person, which)
        .where(Comment.id == comment_id)
        .options(
            joinedload(Comment.decision),
            joinedload(Comment.author),
            joinedload(Comment.revision).joinedload(Revision.work),
        )
    )


def comments_by(person: Person, which: ColumnElement[bool]) -> int:
    """How many comments somebody has made in the talk about a work, replies apart."""
    mine = _talk(person, which).where(Comment.author_id == person.id, Comment.answers_id.is_(None))
    return db.session.scalar(mine.with_only_columns(func.count(Comment.id))) or 0


def _talk(person: Person, which: ColumnElement[bool]) -> Select[Comment]:
    revisions = select(Revision.id).join(Work, Work.id == Revision.work_id).where(which)
    return policy.comments_seen_by(person).where(
        Comment.review_id.is_(None), Comment.revision_id.in_(revisions)
    )


def _along(thread: Thread) -> tuple[bool, float, int]:
    starts = thread.comment.starts
    return starts is not None, starts or 0, thread.comment.id
