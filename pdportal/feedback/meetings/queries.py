"""Meetings as pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.security import bearer, is_ended
from pdportal.db import db, fetch_all, fetch_one
from pdportal.feedback.comments.models import AnchorKind
from pdportal.feedback.comments.regions import ToPoint, pictures_to_point
from pdportal.feedback.files.attached import files_in
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.meetings import policy
from pdportal.feedback.meetings.models import Meeting, MeetingNote, Seat
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.works.models import Work

LATELY = timedelta(days=7)


def meeting_page(person: Person, meeting_id: int) -> Select[Meeting]:
    """One meeting with everybody in it and all that was noted."""
    return whole(policy.meetings_seen_by(person)).where(Meeting.id == meeting_id)


def whole(meetings: Select[Meeting]) -> Select[Meeting]:
    """Meetings with all that belongs to them."""
    return meetings.options(
        joinedload(Meeting.work).joinedload(Work.author),
        joinedload(Meeting.revision),
        joinedload(Meeting.protocol),
        selectinload(Meeting.seats).joinedload(Seat.person),
        selectinload(Meeting.notes).options(
            joinedload(MeetingNote.author), joinedload(MeetingNote.typed_by)
        ),
    )


def ahead_of(person: Person) -> Select[Meeting]:
    """What is planned for a time about the works of one author, and has not begun."""
    is_ahead = Meeting.is_open, Meeting.began_at.is_(None), Meeting.planned_at.is_not(None)
    mine = select(Meeting).join(Meeting.work).where(Work.author_id == person.id)
    return mine.where(*is_ahead).order_by(Meeting.id)


def own_seat(person: Person, meeting_id: int) -> Select[Seat]:
    """Somebody's seat in a meeting, without the meeting."""
    return select(Seat).where(Seat.meeting_id == meeting_id, Seat.person_id == person.id)


def typed_for(person: Person, meeting: Meeting) -> dict[tuple[str, str], MeetingNote]:
    """What somebody else typed as one's own words: notes by their stage and text."""
    mine = MeetingNote.author_id == person.id, MeetingNote.typed_by_id.is_not(None)
    notes = select(MeetingNote).where(MeetingNote.meeting_id == meeting.id, *mine)
    return {(note.stage, note.text): note for note in db.session.scalars(notes)}


def review_of(person: Person, meeting: Meeting) -> int | None:
    """Somebody's review in the round that a meeting became."""
    mine = Review.round_id == meeting.round_id, Review.reviewer_id == person.id
    return db.session.scalar(select(Review.id).where(*mine))


def pictures_in(meeting: Meeting) -> list[ToPoint]:
    """The pictures that a note can be about a part of; asks only where the work can have some."""
    if AnchorKind.REGION not in kind_of(meeting.work).anchors:
        return []
    return pictures_to_point(files_in(meeting.work, meeting.revision.number))


_THERE = aliased(Seat)
_STATE = (
    select(
        Meeting.version,
        select(func.count())
        .where(_THERE.meeting_id == Meeting.id, _THERE.seen_at > bindparam("since"))
        .scalar_subquery()
        .label("here"),
    )
    .join(Seat, Seat.meeting_id == Meeting.id)
    .join(Person, Person.id == Seat.person_id)
    .add_columns(Person.ended_sessions)
    .where(Meeting.id == bindparam("meeting_id"))
    .where(Person.fs_uniquifier == bindparam("bearer"), Person.active)
)


def state(meeting_id: int) -> str | None:
    """What names a meeting as its page shows it, as `state_of` does: to whom the session belongs,
    if they have a seat in it; else None."""
    since = clock.now() - policy.GONE_AFTER
    row = fetch_one(_STATE, {"meeting_id": meeting_id, "bearer": bearer(), "since": since})
    return f"{row.version}.{row.here}" if row and not is_ended(row.ended_sessions) else None


def state_of(meeting: Meeting) -> str:
    """The same of a meeting in hand.

    A version counts what people do; that somebody's page is gone is nobody's act, and counts, too.
    """
    return f"{meeting.version}.{sum(map(policy.is_here, meeting.seats))}"


def open_meeting(work: Work) -> Meeting | None:
    """The meeting about a work that is planned or goes on."""
    return db.session.scalars(
        select(Meeting).where(Meeting.work_id == work.id, Meeting.is_open)
    ).one_or_none()


def my_meetings(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that go on or are to come, the next first, and those of the last week."""
    return fetch_all(_mine(), {"person_id": person.id, "since": clock.now() - LATELY})


def open_meetings(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that go on, then those to come."""
    return fetch_all(_open(), {"person_id": person.id, "since": clock.now()})


@cache
def _open() -> Select[*tuple[Any, ...]]:
    by = (Meeting.began_at.is_(None), Meeting.planned_at, Meeting.id)
    return _mine().where(Meeting.is_open).order_by(None).order_by(*by)


@cache
def _mine() -> Select[*tuple[Any, ...]]:
    mine = and_(Seat.meeting_id == Meeting.id, Seat.person_id == bindparam("person_id"))
    return (
        select(
            Meeting.id,
            Work.title,
            Person.name.label("author"),
            Protocol.name.label("protocol"),
            Meeting.planned_at,
            Meeting.began_at,
            Meeting.ended_at,
        )
        .join(Seat, mine)
        .join(Work, Work.id == Meeting.work_id)
        .join(Person, Person.id == Work.author_id)
        .join(Protocol, Protocol.id == Meeting.protocol_id)
        .where(
            Meeting.called_off_at.is_(None),
            or_(Meeting.ended_at.is_(None), Meeting.ended_at > bindparam("since")),
        )
        .order_by(Meeting.ended_at.is_not(None), Meeting.planned_at, Meeting.id)
        .limit(20)
    )


def meetings_about(work: Work) -> Sequence[Meeting]:
    """The meetings about a work, one that is open first, then the newest."""
    return db.session.scalars(_meetings_about(), {"work_id": work.id}).all()


@cache
def _meetings_about() -> Select[Meeting]:
    return (
        select(Meeting)
        .where(Meeting.work_id == bindparam("work_id"), Meeting.called_off_at.is_(None))
        .options(joinedload(Meeting.protocol))
        .order_by(Meeting.ended_at.is_not(None), Meeting.id.desc())
        .limit(20)
    )
