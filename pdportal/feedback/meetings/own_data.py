"""What somebody noted in meetings: part of what feedback collects and forgets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.sql.dml import Delete, Update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, as_data
from pdportal.feedback.meetings.models import Meeting, MeetingNote, Seat
from pdportal.feedback.works.models import Work


def collect(person: Person) -> Iterator[Piece]:
    """Their notes for themselves, and what they noted for all."""
    own = (
        select(Work.title, Meeting.question, Meeting.began_at, Seat.own_notes, Seat.draft)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .join(Work, Work.id == Meeting.work_id)
        .where(Seat.person_id == person.id)
        .order_by(Meeting.id)
    )
    noted = (
        select(
            Work.title,
            MeetingNote.written_at,
            MeetingNote.stage,
            MeetingNote.kind,
            MeetingNote.quote,
            MeetingNote.page,
            MeetingNote.region,
            MeetingNote.text,
        )
        .join(Meeting, Meeting.id == MeetingNote.meeting_id)
        .join(Work, Work.id == Meeting.work_id)
        .where(MeetingNote.author_id == person.id)
        .order_by(MeetingNote.id)
    )
    yield Piece("meetings.json", {"own_notes": as_data(own), "noted": as_data(noted)})


def forgetting(person: Person, works: Select[int], gone: str) -> list[Update | Delete]:
    """What takes their words out: their own notes, and all words of meetings about their `works`.

    What they noted about the work of others stays with those, as their comments do.
    """
    about = select(Meeting.id).where(Meeting.work_id.in_(works))
    ended = select(Meeting.id).where(Meeting.ended_at.is_not(None))
    now = clock.now()
    written = MeetingNote.author_id == person.id
    return [
        update(Meeting).where(Meeting.work_id.in_(works)).values(question=gone),
        update(Meeting)
        .where(Meeting.work_id.in_(works), Meeting.ended_at.is_(None))
        .values(ended_at=now, called_off_at=now, ends_at=None, seconds_left=None),
        update(MeetingNote).where(MeetingNote.meeting_id.in_(about)).values(quote=""),
        update(MeetingNote).where(MeetingNote.meeting_id.in_(about), written).values(text=gone),
        update(MeetingNote).where(MeetingNote.typed_by_id == person.id).values(typed_by_id=None),
        update(Seat)
        .where(Seat.person_id == person.id)
        .values(own_notes="", draft="", draft_stage="", duty=None),
        delete(Seat).where(
            Seat.person_id == person.id,
            or_(Seat.meeting_id.not_in(ended), Seat.meeting_id.in_(about)),
        ),
    ]
