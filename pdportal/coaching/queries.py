"""What coaches and those they coach see first: rows of who waits for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from flask import url_for
from sqlalchemy import (
    Float,
    Integer,
    ScalarSelect,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Coaching
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
    """Somebody this coach works with, and when they last had to do with one another."""

    person_id: int
    name: str
    teaches: str
    since: datetime
    last_contact: datetime | None
    waiting: int
    """Clips shared with the coach that wait for a word."""


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
    clips = (
        select(
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
        .select_from(ClipShare)
        .join(Clip, Clip.id == ClipShare.clip_id)
        .join(Person, Person.id == Clip.owner_id)
        .where(
            ClipShare.person_id == coach.id,
            ClipShare.taken_back_at.is_(None),
            ClipShare.answered_at.is_(None),
            Clip.deleted_at.is_(None),
        )
    )
    reviews = (
        select(
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
        .select_from(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .where(
            Review.reviewer_id == coach.id,
            Review.as_coach,
            Review.given_at.is_(None),
            Review.released_at.is_(None),
            Round.taken_back_at.is_(None),
            Round.closed_at.is_(None),
        )
    )
    both = union_all(clips, reviews).subquery()
    rows = db.session.execute(select(both).order_by(both.c.since, both.c.id).limit(100))
    return [WaitingForCoach(*row) for row in rows]


def my_teachers(coach: Person) -> list[MyTeacher]:
    """Those a coach works with; whom they have not met for longest first."""
    waiting = (
        select(func.count())
        .select_from(ClipShare)
        .join(Clip, Clip.id == ClipShare.clip_id)
        .where(
            ClipShare.person_id == coach.id,
            Clip.owner_id == Person.id,
            ClipShare.taken_back_at.is_(None),
            ClipShare.answered_at.is_(None),
            Clip.deleted_at.is_(None),
        )
        .correlate(Person)
        .scalar_subquery()
    )
    contacts = union_all(_shared_with(coach), _said_on_clips(coach), _given(coach)).subquery()
    last = (
        select(contacts.c.owner_id, func.max(contacts.c.at, type_=Moment()).label("at"))
        .group_by(contacts.c.owner_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            Person.teaches,
            Coaching.since,
            last.c.at,
            waiting.label("waiting"),
        )
        .join(Coaching, Coaching.teacher_id == Person.id)
        .outerjoin(last, last.c.owner_id == Person.id)
        .where(Coaching.coach_id == coach.id, Coaching.ended_at.is_(None), Person.active)
        .order_by(last.c.at.is_not(None), last.c.at, Person.name, Person.id)
        .limit(200)
    )
    return [MyTeacher(*row) for row in rows]


def my_coaches(teacher: Person) -> list[MyCoach]:
    """The coaches somebody works with."""
    rows = db.session.execute(
        select(Person.id, Person.name, Coaching.since)
        .join(Coaching, Coaching.coach_id == Person.id)
        .where(Coaching.teacher_id == teacher.id, Coaching.ended_at.is_(None), Person.active)
        .order_by(Coaching.since, Person.id)
    )
    return [MyCoach(*row) for row in rows]


def my_clips(person: Person) -> list[MyClip]:
    """One's own clips, the newest first, with how many see each and have answered."""
    standing = (
        select(func.count())
        .select_from(ClipShare)
        .where(ClipShare.clip_id == Clip.id, ClipShare.taken_back_at.is_(None))
    )
    rows = db.session.execute(
        select(
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
        .where(Clip.owner_id == person.id)
        .order_by(Clip.id.desc())
        .limit(200)
    )
    return [MyClip(*row) for row in rows]


def clips_answered(person: Person) -> list[SeenClip]:
    """Clips of others that somebody has begun to answer, those not finished first."""
    rows = db.session.execute(
        select(
            Clip.id,
            Clip.title,
            Person.id,
            Person.name,
            ClipShare.shared_at,
            ClipShare.finished_at,
            Clip.seconds,
        )
        .select_from(ClipShare)
        .join(Clip, Clip.id == ClipShare.clip_id)
        .join(Person, Person.id == Clip.owner_id)
        .where(
            ClipShare.person_id == person.id,
            ClipShare.taken_back_at.is_(None),
            or_(ClipShare.answered_at.is_not(None), Clip.deleted_at.is_not(None)),
        )
        .order_by(ClipShare.finished_at.is_not(None), ClipShare.shared_at.desc(), ClipShare.id)
        .limit(50)
    )
    return [SeenClip(*row) for row in rows]


def _comments() -> ScalarSelect[int]:
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


def _shared_with(coach: Person) -> Select[int, datetime]:
    return (
        select(Clip.owner_id.label("owner_id"), ClipShare.shared_at.label("at"))
        .join(Clip, Clip.id == ClipShare.clip_id)
        .where(ClipShare.person_id == coach.id)
    )


def _said_on_clips(coach: Person) -> Select[int, datetime]:
    return (
        select(Work.author_id, Comment.written_at)
        .join(Revision, Revision.id == Comment.revision_id)
        .join(Work, Work.id == Revision.work_id)
        .where(Comment.author_id == coach.id, Comment.review_id.is_(None))
    )


def _given(coach: Person) -> Select[int, datetime | None]:
    return (
        select(Work.author_id, Review.given_at)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .where(Review.reviewer_id == coach.id, Review.given_at.is_not(None))
    )
