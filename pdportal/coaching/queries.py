"""What coaches and those they coach see first: rows of who waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import (
    CompoundSelect,
    Date,
    Float,
    Integer,
    Row,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from pdportal.accounts.models import Away, Person, School
from pdportal.accounts.promises import promised_day
from pdportal.accounts.queries import ANYBODY
from pdportal.coaching import policy
from pdportal.coaching.hellos.models import Hello
from pdportal.coaching.notes.models import CoachNote
from pdportal.coaching.notes.policy import notes_by
from pdportal.coaching.visits.models import Visit
from pdportal.coaching.visits.policy import made_by, to_come_back_to
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.policy import coaches_of, teachers_of
from pdportal.db import Moment, db, fetch_all
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import AUTHOR_COLUMNS, author_name
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import is_heard_by_author
from pdportal.video.models import Clip, ClipFile, ClipShare, Purpose
from pdportal.web.locale import portal_today

Rows = Sequence[Row[*tuple[Any, ...]]]
"""Rows of columns that a template reads by name."""


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
    begun: bool = False
    """Whether the coach has begun to answer, and is not done."""
    due_on: date | None = None
    """By when the coach promises an answer; None where there is no promise, or it has begun."""

    @property
    def url(self) -> str:
        """Where it is answered."""
        if self.kind == "clip":
            return url_for("clips.clip_page", clip_id=self.id)
        return url_for("feedback.review_page", review_id=self.id)


def on_the_desk(coach: Person) -> list[WaitingForCoach]:
    """Clips shared with a coach who is not done with them, and reviews asked of them; the oldest
    first."""
    within = coach.answers_within
    return [
        WaitingForCoach(*row)._replace(
            teacher_name=row.teacher_name or author_name(),
            due_on=None if row.begun else promised_day(row.since, within),
        )
        for row in fetch_all(_desk(), {"person_id": coach.id})
    ]


@cache
def _desk() -> Select[*tuple[Any, ...]]:
    """Built once: every first screen of a coach asks it, as `_teachers`."""
    both = union_all(_clips_waiting(ANYBODY), _reviews_waiting(ANYBODY)).subquery()
    return select(*both.c).order_by(both.c.since, both.c.id).limit(100)


def _clips_waiting(coach: Person) -> Select[*tuple[Any, ...]]:
    return (
        policy.clips_to_finish(coach)
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
            ClipShare.answered_at.is_not(None).label("begun"),
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
            *AUTHOR_COLUMNS,
            Work.title,
            cast(Round.question, String),
            cast(null(), Float),
            Protocol.minutes,
            Review.asked_at,
            Review.begun_at.is_not(None),
        )
    )


def my_teachers(coach: Person) -> Rows:
    """The teachers of a coach, the longest without contact first: since when, last contact, and
    the next day to look again."""
    return fetch_all(_teachers(), {"person_id": coach.id})


@cache
def _teachers() -> Select[*tuple[Any, ...]]:
    noted = notes_by(ANYBODY).where(CoachNote.follow_on.is_not(None), ~CoachNote.is_draft)
    agreed = to_come_back_to(ANYBODY).with_only_columns(Visit.host_id, Visit.follow_up_on)
    days = union_all(
        noted.with_only_columns(CoachNote.teacher_id, CoachNote.follow_on.label("on")), agreed
    ).subquery()
    contacts = _contacts(ANYBODY).subquery()
    first = select(days.c.teacher_id, func.min(days.c.on, type_=Date()).label("on"))
    next_day = first.group_by(days.c.teacher_id).subquery()
    newest = select(contacts.c.owner_id, func.max(contacts.c.at, type_=Moment()).label("at"))
    last = newest.group_by(contacts.c.owner_id).subquery()
    return (
        teachers_of(ANYBODY)
        .outerjoin(last, last.c.owner_id == Person.id)
        .outerjoin(next_day, next_day.c.teacher_id == Person.id)
        .with_only_columns(
            *(Person.id, Person.name, Person.teaches, Coaching.since, Coaching.until),
            last.c.at.label("last_contact"),
            next_day.c.on.label("follow_on"),
        )
        .order_by(last.c.at.is_not(None), last.c.at, Person.sort_key, Person.id)
        .limit(200)
    )


def teacher(coach: Person, teacher_id: int) -> Row[*tuple[Any, ...]] | None:
    """A teacher of this coach: who they are, and since when they work together."""
    return db.session.execute(
        teachers_of(coach)
        .outerjoin(School, School.id == Person.school_id)
        .where(Person.id == teacher_id)
        .with_only_columns(
            Person.id,
            Person.name,
            Person.teaches,
            School.name.label("school"),
            Coaching.since,
            Coaching.until,
        )
    ).one_or_none()


def reviews_for(coach: Person, teacher_id: int) -> Rows:
    """The feedback that this coach owes or gave to a teacher, the newest first."""
    return db.session.execute(
        policy.reviews_of(coach, teacher_id)
        .with_only_columns(Review.id, Work.title, Review.asked_at, Review.begun_at, Review.given_at)
        .order_by(Review.given_at.is_not(None), Review.asked_at.desc(), Review.id.desc())
        .limit(100)
    ).all()


def my_coaches(teacher: Person) -> Rows:
    """The coaches somebody works with, since when, and who covers for whom until when."""
    columns = Person.id, Person.name, Person.answers_within
    link = Coaching.since, Coaching.until, Coaching.covers_id
    return db.session.execute(coaches_of(teacher.id).with_only_columns(*columns, *link)).all()


def answers_promised(person: Person) -> dict[int, tuple[str, date]]:
    """By one's clips that wait for a coach: who promised an answer, and by when.

    A coach who is away promises nothing meanwhile.
    """
    coaches = coaches_of(person.id).order_by(None).with_only_columns(Person.id)
    away = Person.id.in_(select(Away.person_id).where(Away.on(portal_today())))
    waits = ClipShare.taken_back_at.is_(None), ClipShare.answered_at.is_(None)
    rows = db.session.execute(
        policy.clips_of(person)
        .join(ClipShare, ClipShare.clip_id == Clip.id)
        .join(Person, Person.id == ClipShare.person_id)
        .where(*waits, Person.id.in_(coaches), Person.answers_within.is_not(None), ~away)
        .with_only_columns(Clip.id, Person.name, Person.answers_within, ClipShare.shared_at)
        .order_by(ClipShare.shared_at.desc(), ClipShare.id)
    )
    days = [(row, promised_day(row.shared_at, row.answers_within)) for row in rows]
    return {row.id: (row.name, day) for row, day in days if day is not None}


def my_clips(person: Person) -> Rows:
    """One's own clips, the newest first, with how many see each and have answered, and whether
    there is a picture of it (`pictures`)."""
    of_clip = ClipShare.clip_id == Clip.id, ClipShare.taken_back_at.is_(None)
    standing = select(func.count()).select_from(ClipShare).where(*of_clip).correlate(Clip)
    answered = standing.where(ClipShare.answered_at.is_not(None))
    of_others = Comment.review_id.is_(None), Comment.author_id != Clip.owner_id
    comments = (
        select(func.count())
        .select_from(Comment)
        .join(Revision, Revision.id == Comment.revision_id)
        .join(Work, Work.id == Revision.work_id)
        .where(Work.clip_id == Clip.id, *of_others, is_heard_by_author())
        .correlate(Clip)
    )
    pictures = (
        select(func.count())
        .select_from(ClipFile)
        .where(ClipFile.clip_id == Clip.id, ClipFile.purpose == Purpose.POSTER)
        .correlate(Clip)
    )
    counts = {
        **{"shared": standing, "answered": answered},
        **{"comments": comments, "pictures": pictures},
    }
    return db.session.execute(
        policy.clips_of(person)
        .with_only_columns(
            *(Clip.id, Clip.title, Clip.created_at, Clip.seconds, Clip.delete_by, Clip.deleted_at),
            *(each.scalar_subquery().label(name) for name, each in counts.items()),
        )
        .order_by(Clip.id.desc())
        .limit(200)
    ).all()


def clips_shown(person: Person, owner_id: int | None = None) -> Rows:
    """Clips that others, or one of them, share with somebody: those that wait first."""
    waits = and_(ClipShare.answered_at.is_(None), Clip.deleted_at.is_(None))
    whose = true() if owner_id is None else Clip.owner_id == owner_id
    share = ClipShare.question, ClipShare.shared_at, ClipShare.answered_at, ClipShare.finished_at
    return db.session.execute(
        policy.clips_shared_with(person)
        .join(Person, Person.id == Clip.owner_id)
        .where(whose)
        .with_only_columns(
            *(Clip.id, Clip.title, Clip.seconds, Clip.deleted_at, *share),
            Person.name.label("owner_name"),
            waits.label("waits"),
        )
        .order_by(
            *(waits.desc(), ClipShare.finished_at.is_not(None)),
            *(ClipShare.shared_at.desc(), ClipShare.id),
        )
        .limit(100)
    ).all()


def _contacts(coach: Person) -> CompoundSelect[*tuple[Any, ...]]:
    """Dates of contact by teacher: what was shared, said, reviewed, noted or written."""
    noted = notes_by(coach).where(~CoachNote.is_draft, CoachNote.contact.is_not(None))
    visited = made_by(coach).where(Visit.shared_at.is_not(None))
    shared = Clip.owner_id.label("owner_id"), ClipShare.shared_at.label("at")
    comments = policy.words_to_teachers_of(coach)
    return union_all(
        policy.clips_ever_shared_with(coach).with_only_columns(*shared),
        comments.with_only_columns(Work.author_id, comments.selected_columns["at"]),
        policy.reviews_given_by(coach).with_only_columns(Work.author_id, Review.given_at),
        noted.with_only_columns(CoachNote.teacher_id, CoachNote.kept_at),
        visited.with_only_columns(Visit.host_id, Visit.shared_at),
        select(Hello.to_id, Hello.sent_at).where(Hello.from_id == coach.id),
    )
