"""Comments as pages read them, and those that wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.types import NullType

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db, fetch_all
from pdportal.feedback.comments import policy
from pdportal.feedback.comments.models import Comment, Decision, Helped
from pdportal.feedback.kinds import all_kinds, kind_named
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work, WorkWriter
from pdportal.feedback.works.policy import is_heard_by_author, is_written_by
from pdportal.inbox.models import Notice
from pdportal.inbox.services import address
from pdportal.web.locale import zone_here


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


@cache
def comment_to_read() -> Select[Comment]:
    """A comment (`comment_id`) in a review that a writer of the work (`person_id`) was given."""
    decision = joinedload(Comment.decision)
    return (
        policy.comments_received_by(bindparam("person_id"))
        .where(Comment.id == bindparam("comment_id"))
        .options(
            contains_eager(Comment.review).joinedload(Review.reviewer),
            contains_eager(Comment.revision),
            decision.joinedload(Decision.addressed_in),
            decision.joinedload(Decision.by),
            joinedload(Comment.helped),
            joinedload(Comment.replies).joinedload(Comment.author),
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


def said_so_far(person: Person, round_: Round) -> list[tuple[str, list[Comment]]]:
    """What can be read of a round before its reviews are given, by the name of the stage.

    In the order of its words, which says nothing of who wrote it or when.
    """
    statement = policy.said_in_stages_over(person, round_) if round_.opens else None
    if statement is None:
        return []
    said: dict[str, list[Comment]] = {}
    for comment in db.session.scalars(statement.order_by(Comment.text, Comment.id)):
        said.setdefault(comment.stage, []).append(comment)
    stages = reviewer_stages(round_.protocol.data)
    return [(stage.name, said[stage.key]) for stage in stages if stage.key in said]


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
    given = _given(round_.id).outerjoin(Decision, Decision.comment_id == Comment.id)
    waiting = given.where(Comment.is_unanswered).with_only_columns(Comment.id).order_by(None)
    return db.session.scalars(waiting.order_by(Comment.id)).all()


def comments_to_show(round_: Round) -> list[Comment]:
    """The same with their answers and replies."""
    decision = joinedload(Comment.decision)
    answers = decision.joinedload(Decision.addressed_in), decision.joinedload(Decision.by)
    replies = joinedload(Comment.replies).joinedload(Comment.author)
    all_of_it = *answers, replies, joinedload(Comment.helped), contains_eager(Comment.review)
    return list(db.session.scalars(given_comments(round_).options(*all_of_it)).unique())


_NOT_SHOWN = {
    "revision_id", "stage", "starts", "ends", "look_for", "comment_id", "decided_at",
    "addressed_in_id",
}  # fmt: skip


class Discussion(NamedTuple):
    """What is stored of the comments of a round, their answers and replies, as rows.

    All that its pages show of them follows from it, so that it can be the key of a part.
    """

    rows: tuple[Any, ...]

    @property
    def comments(self) -> tuple[Any, ...]:
        """The comments and their answers, without the replies."""
        return tuple(row for row in self.rows if row.answers_id is None)

    @property
    def replied_at(self) -> list[datetime]:
        """When the replies were written."""
        return [row.written_at for row in self.rows if row.answers_id is not None]


def discussion(round_: Round) -> Discussion:
    """The comments that the author of a round reads, in one statement without entities."""
    return Discussion(tuple(fetch_all(_discussion(), {"round_id": round_.id})))


@cache
def _discussion() -> Select[*tuple[Any, ...]]:
    columns = [
        Comment.written_at if column.name == "written_at" else _as_stored(column)
        for column in Comment.__table__.c
        if column.name not in _NOT_SHOWN
    ]
    answers = [
        _as_stored(column, "decision_")
        for column in Decision.__table__.c
        if column.name not in _NOT_SHOWN
    ]
    given = _given(bindparam("round_id")).with_only_columns(Comment.id).order_by(None).subquery()
    return (
        select(
            *columns,
            *answers,
            _as_stored(Helped.__table__.c.how),
            Helped.words,
            Revision.number,
            Person.name,
        )
        .select_from(given)
        .join(Comment, or_(Comment.id == given.c.id, Comment.answers_id == given.c.id))
        .join(Person, Person.id == Comment.author_id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .outerjoin(Helped, Helped.comment_id == Comment.id)
        .outerjoin(Revision, Revision.id == Decision.addressed_in_id)
        .order_by(Comment.id)
    )


def _as_stored(column: Any, prefix: str = "") -> Any:
    """A column that is only compared: as the driver gives it."""
    return type_coerce(column, NullType()).label(f"{prefix}{column.name}")


def newest_answer(review: Review) -> Revision | None:
    """The newest revision of the same work that answers a comment of this review: whoever gave it
    does not therefore see a later work."""
    decisions = [comment.decision for comment in review.comments if comment.decision]
    answering = [
        each.addressed_in for each in decisions if each.addressed_in and not each.is_by_later_work
    ]
    return max(answering, key=lambda revision: revision.number, default=None)


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


class WaitingFeedback(NamedTuple):
    """A round, or the talk about a work one writes, in which feedback waits for an answer; or a
    work that somebody asks one to write with them."""

    round_id: int | None
    title: str
    new: int
    """Comments nobody has decided on."""
    since: datetime
    by_day: bool = False
    """Whether only the day of `since` is told: who gave the feedback is hidden."""
    id: int = 0
    """The work's."""
    kind: str = ""
    clip_id: int | None = None
    asked_by: str | None = None
    """Who asks one to write the work."""
    in_all: int = 1
    """How much feedback there is, asks apart."""

    @property
    def url(self) -> str:
        """Where it is answered."""
        if self.asked_by is not None:
            return url_for("feedback.writers", work_id=self.id)
        if self.round_id is None:
            return kind_named(self.kind).address(self)
        return url_for("feedback.round_page", round_id=self.round_id)


def feedback_waiting(person: Person, most: int = 1000) -> list[WaitingFeedback]:
    """Where somebody's answer is waited for, the longest waiting first: all asks, and at least
    `most` of what is feedback."""
    talked_about = tuple(kind.name for kind in all_kinds() if kind.talk)
    rows = fetch_all(_feedback_waiting(talked_about), {"person_id": person.id, "most": most})
    waiting = [WaitingFeedback._make(row) for row in rows]
    days = [
        one._replace(since=clock.end_of_day(one.since, zone_here()))
        for one in waiting
        if one.by_day
    ]
    return sorted([*days, *(one for one in waiting if not one.by_day)], key=lambda one: one.since)


@cache
def _feedback_waiting(talked_about: Sequence[str]) -> Select[*tuple[Any, ...]]:
    in_rounds = (
        _unanswered(
            Round.id.label("round_id"),
            func.min(Review.given_at).label("since"),
            Round.hides_reviewers.label("by_day"),
        )
        .join(Review, Review.id == Comment.review_id)
        .join(Round, Round.id == Review.round_id)
        .where(Round.is_open, Review.is_given, Comment.is_written)
        .group_by(Round.id)
    )
    in_talks = _unanswered(
        cast(null(), Integer), func.min(Comment.written_at), cast(false(), Boolean)
    ).where(
        or_(*(Work.kind == kind for kind in talked_about)),
        # Two `IS NULL` would have SQLite begin with what everybody says in every talk.
        func.coalesce(Comment.review_id, Comment.answers_id, 0) == 0,
        Comment.author_id != Work.author_id,
    )
    asks: Select[*tuple[Any, ...]] = (
        select(
            cast(null(), Integer),
            WorkWriter.invited_at,
            cast(false(), Boolean),
            Work.id,
            literal_column("0"),
            Person.name,
        )
        .join(Work, Work.id == WorkWriter.work_id)
        .join(Person, Person.id == WorkWriter.invited_by_id)
        .where(WorkWriter.person_id == bindparam("person_id"), WorkWriter.is_asked)
        .where(Work.put_away_at.is_(None))
    )
    found = union_all(in_rounds, in_talks, asks).cte("found")
    is_ask = found.c.asked_by.is_not(None)
    in_all = select(func.count()).select_from(found).where(~is_ask).scalar_subquery()
    order = found.c.since, found.c.round_id, found.c.work_id
    # Where only the day is told, the moment puts nothing before what comes from others.
    nth = func.row_number().over(partition_by=found.c.by_day, order_by=order).label("nth")
    few = select(*found.c, nth, is_ask.label("is_ask")).subquery()
    of_work: dict[str, Any] = {each.key: each for each in (Work.id, Work.title, Work.kind)}
    of_work |= {"clip_id": Work.clip_id, "in_all": in_all, **few.c}
    return (
        select(*(of_work[name] for name in WaitingFeedback._fields))
        .join(Work, Work.id == few.c.work_id)
        .where(or_(few.c.is_ask, few.c.nth <= bindparam("most")))
        .order_by(few.c.since, few.c.round_id, Work.id)
    )


def _unanswered(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Works that somebody writes whose comments wait for a decision, and how many."""
    asked_by = cast(null(), String).label("asked_by")
    return (
        select(*columns, Work.id.label("work_id"), func.count(Comment.id).label("new"), asked_by)
        .select_from(Work)
        .join(Revision, Revision.work_id == Work.id)
        .join(Comment, Comment.revision_id == Revision.id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(is_written_by(bindparam("person_id")), is_heard_by_author())
        .where(Comment.is_unanswered)
        .group_by(Work.id)
    )


def _talk(person: Person, which: ColumnElement[bool]) -> Select[Comment]:
    revisions = select(Revision.id).join(Work, Work.id == Revision.work_id).where(which)
    return policy.comments_seen_by(person).where(
        Comment.review_id.is_(None), Comment.revision_id.in_(revisions)
    )


def _along(thread: Thread) -> tuple[bool, float, int]:
    starts = thread.comment.starts
    return starts is not None, starts or 0, thread.comment.id
