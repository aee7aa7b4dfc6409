"""Meetings as pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db, fetch_one
from pdportal.feedback.meetings import policy
from pdportal.feedback.meetings.models import Meeting, MeetingNote, Seat
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.works.models import Work

LATELY = timedelta(days=7)


def meeting_page(person: Person, meeting_id: int) -> Select[Meeting]:
    """One meeting with everybody in it and all that was noted."""
    return (
        policy.meetings_seen_by(person)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.work).joinedload(Work.author),
            joinedload(Meeting.revision),
            joinedload(Meeting.protocol),
            selectinload(Meeting.seats).joinedload(Seat.person),
            selectinload(Meeting.notes).joinedload(MeetingNote.author),
        )
    )


_VERSION = (
    select(Meeting.version, Seat.seen_at)
    .join(Seat, Seat.meeting_id == Meeting.id)
    .where(Meeting.id == bindparam("meeting_id"), Seat.person_id == bindparam("person_id"))
)


def version(person: Person, meeting_id: int) -> int | None:
    """How often what a meeting shows has changed; None where somebody has no seat in it."""
    row = fetch_one(_VERSION, {"meeting_id": meeting_id, "person_id": person.id})
    return row.version if row else None


def open_meeting(work: Work) -> Meeting | None:
    """The meeting about a work that is planned or goes on."""
    return db.session.scalars(
        select(Meeting).where(Meeting.work_id == work.id, Meeting.is_open)
    ).one_or_none()


def my_meetings(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that go on or are to come, the next first, and those of the last week."""
    mine = and_(Seat.meeting_id == Meeting.id, Seat.person_id == person.id)
    return db.session.execute(
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
            or_(Meeting.ended_at.is_(None), Meeting.ended_at > clock.now() - LATELY),
        )
        .order_by(Meeting.ended_at.is_not(None), Meeting.planned_at, Meeting.id)
        .limit(20)
    ).all()


def meetings_about(work: Work) -> Sequence[Meeting]:
    """The meetings about a work that took place, the newest first."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.work_id == work.id, Meeting.called_off_at.is_(None))
        .options(joinedload(Meeting.protocol))
        .order_by(Meeting.id.desc())
    ).all()
