"""What coaches and those they coach see first: rows of who waits for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import (
    CompoundSelect,
    Float,
    Integer,
    ScalarSelect,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from pdportal.accounts.models import Person
from pdportal.coaching import policy
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.policy import coaches_of, teachers_of
from pdportal.db import Moment, db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.video.models import Clip, ClipShare


class WaitingForCoach(NamedTuple):
    """One thing that a teacher waits for: a clip to answer, or a review."""

    kind: str
    """ "clip" or "review"."""
    id: int
    teacher_id: int
    teacher_name: str
    title: str
    question: str
    seconds: float | None
    """Of a clip, where its length is known."""
    minutes: int | None
    """Of a review."""
    since: datetime

    @property
    def url(self) -> str:
        """Where it is answered."""
        if self.kind == "clip":
            return url_for("clips.clip_page", clip_id=self.id)
        return url_for("feedback.review_page", review_id=self.id)


class MyTeacher(NamedTuple):
    """A teacher of this coach, and the date of their last contact."""

    person_id: int
    name: str
    teaches: str
    since: datetime
    last_contact: datetime | None
    waiting: int
    """How many clips shared with the coach have no answer yet."""


class MyCoach(NamedTuple):
    """A coach somebody works with."""

    person_id: int
    name: str
    since: datetime


class MyClip(NamedTuple):
    """One's own clip, and how it stands."""

    clip_id: int
    title: str
    created_at: datetime
    seconds: float | None
    delete_by: date
    deleted_at: datetime | None
    shared: int
    answered: int
    comments: int


class SeenClip(NamedTuple):
    """A clip somebody else shares, that was answered already."""

    clip_id: int
    title: str
    owner_id: int
    owner_name: str
    shared_at: datetime
    finished_at: datetime | None
    seconds: float | None


def waiting_for_coach(coach: Person) -> list[WaitingForCoach]:
    """Clips shared with a coach and not answered, and reviews asked of them; the oldest first."""
    both = union_all(_clips_waiting(coach), _reviews_waiting(coach)).subquery()
    rows = db.session.execute(select(both).order_by(both.c.since, both.c.id).limit(100))
    return [WaitingForCoach(*row) for row in rows]


def _clips_waiting(coach: Person) -> Select[*tuple[Any, ...]]:
    return (
        policy.clips_to_answer(coach)
        .join(Person, Person.id == Clip.owner_id)
        .with_only_columns(
            literal("clip").label("kind"),
            Clip.id.label("id"),
            Person.id.label("teacher_id"),
            Person.name.label("teacher_name"),
            Clip.title.label("title"),
            cast(ClipShare.question, String).label("question"),
            Clip.seconds.label("seconds"),
            cast(null(), Integer).label("minutes"),
            ClipShare.shared_at.label("since"),
        )
    )


def _reviews_waiting(coach: Person) -> Select[*tuple[Any, ...]]:
    """With the columns of `_clips_waiting`, in their order."""
    return (
        policy.reviews_to_give_as_coach(coach)
        .join(Person, Person.id == Work.author_id)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .with_only_columns(
            literal("review"),
            Review.id,
            Person.id,
            Person.name,
            Work.title,
            cast(Round.question, String),
            cast(null(), Float),
            Protocol.minutes,
            Review.asked_at,
        )
    )


def my_teachers(coach: Person) -> list[MyTeacher]:
    """The teachers of a coach, the longest without contact first."""
    waiting = (
        policy.clips_to_answer(coach)
        .with_only_columns(func.count())
        .where(Clip.owner_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    contacts = _contacts(coach).subquery()
    last = (
        select(contacts.c.owner_id, func.max(contacts.c.at, type_=Moment()).label("at"))
        .group_by(contacts.c.owner_id)
        .subquery()
    )
    rows = db.session.execute(
        teachers_of(coach)
        .outerjoin(last, last.c.owner_id == Person.id)
        .with_only_columns(
            Person.id,
            Person.name,
            Person.teaches,
            Coaching.since,
            last.c.at,
            waiting.label("waiting"),
        )
        .order_by(last.c.at.is_not(None), last.c.at, Person.name, Person.id)
        .limit(200)
    )
    return [MyTeacher(*row) for row in rows]


def my_coaches(teacher: Person) -> list[MyCoach]:
    """The coaches somebody works with."""
    coaches = coaches_of(teacher.id).with_only_columns(Person.id, Person.name, Coaching.since)
    return [MyCoach(*row) for row in db.session.execute(coaches)]


def my_clips(person: Person) -> list[MyClip]:
    """One's own clips, the newest first, with how many see each and have answered."""
    standing = (
        select(func.count())
        .select_from(ClipShare)
        .where(ClipShare.clip_id == Clip.id, ClipShare.taken_back_at.is_(None))
    )
    rows = db.session.execute(
        policy.clips_of(person)
        .with_only_columns(
            Clip.id,
            Clip.title,
            Clip.created_at,
            Clip.seconds,
            Clip.delete_by,
            Clip.deleted_at,
            standing.correlate(Clip).scalar_subquery(),
            standing.where(ClipShare.answered_at.is_not(None)).correlate(Clip).scalar_subquery(),
            _comments(),
        )
        .order_by(Clip.id.desc())
        .limit(200)
    )
    return [MyClip(*row) for row in rows]


def clips_answered(person: Person) -> list[SeenClip]:
    """Clips of others that somebody has begun to answer, those not finished first."""
    rows = db.session.execute(
        policy.clips_answered(person)
        .join(Person, Person.id == Clip.owner_id)
        .with_only_columns(
            Clip.id,
            Clip.title,
            Person.id,
            Person.name,
            ClipShare.shared_at,
            ClipShare.finished_at,
            Clip.seconds,
        )
        .order_by(ClipShare.finished_at.is_not(None), ClipShare.shared_at.desc(), ClipShare.id)
        .limit(50)
    )
    return [SeenClip(*row) for row in rows]


def _comments() -> ScalarSelect[int]:
    """How many comments others made on a clip."""
    return (
        select(func.count())
        .select_from(Comment)
        .join(Revision, Revision.id == Comment.revision_id)
        .join(Work, Work.id == Revision.work_id)
        .where(
            Work.clip_id == Clip.id,
            Comment.review_id.is_(None),
            Comment.author_id != Clip.owner_id,
        )
        .correlate(Clip)
        .scalar_subquery()
    )


def _contacts(coach: Person) -> CompoundSelect[*tuple[Any, ...]]:
    """Dates of contact by teacher: a clip was shared, or the coach commented or gave a review."""
    shared = policy.clips_ever_shared_with(coach)
    commented = policy.comments_on_clips_by(coach)
    reviewed = policy.reviews_given_by(coach)
    return union_all(
        shared.with_only_columns(Clip.owner_id.label("owner_id"), ClipShare.shared_at.label("at")),
        commented.with_only_columns(Work.author_id, Comment.written_at),
        reviewed.with_only_columns(Work.author_id, Review.given_at),
    )
