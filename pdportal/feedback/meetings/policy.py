"""Who takes part in a meeting, who runs it, and which notes they read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, and_, or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.feedback.meetings.models import Duty, Meeting, MeetingNote, Seat
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import may_write, writers_of

EARLY = timedelta(minutes=15)
"""So long before its time a meeting can be begun by anybody who is there."""
GONE_AFTER = timedelta(seconds=90)
"""After so long without a sign of somebody's page they are not there."""


def meetings_seen_by(person: Person) -> Select[Meeting]:
    """Those with a seat in it, nobody else, whoever they lead or coach."""
    mine = select(Seat.meeting_id).where(Seat.person_id == person.id)
    return select(Meeting).where(Meeting.id.in_(mine))


def may_see(person: Person, meeting: Meeting) -> bool:
    """The same rule as `meetings_seen_by`, for a meeting in hand."""
    return any(seat.person_id == person.id for seat in meeting.seats)


def may_call(person: Person, work: Work) -> bool:
    """Those who write a work call a meeting about it."""
    return may_write(person, work) and work.put_away_at is None


def brings(seat: Seat) -> bool:
    """Whether somebody writes the work that a meeting is about: its author, or with its author."""
    return seat.person_id in writers_of(seat.meeting.work)


def is_here(seat: Seat) -> bool:
    """Whether somebody's page is open."""
    return seat.seen_at is not None and clock.now() - seat.seen_at < GONE_AFTER


def may_run(seat: Seat) -> bool:
    """The facilitator begins and goes on; while none is there, whoever is, so that nobody waits.

    Long before the time that was planned, only the facilitator and the author begin.
    """
    meeting = seat.meeting
    if not meeting.is_open:
        return False
    if seat.duty is Duty.FACILITATOR:
        return True
    if meeting.began_at is None and meeting.planned_at and clock.now() < meeting.planned_at - EARLY:
        return brings(seat)
    return not any(other.duty is Duty.FACILITATOR and is_here(other) for other in meeting.seats)


def may_end(seat: Seat) -> bool:
    """The facilitator and the author end it for good; while neither is there, whoever is."""
    meeting = seat.meeting

    def ends(other: Seat) -> bool:
        return other.duty is Duty.FACILITATOR or brings(other)

    return meeting.is_open and (
        ends(seat) or not any(ends(other) and is_here(other) for other in meeting.seats)
    )


def may_keep_time(seat: Seat) -> bool:
    """Who runs the meeting, and its timekeeper."""
    return may_run(seat) or (seat.meeting.is_open and seat.duty is Duty.TIMEKEEPER)


def may_note_for(seat: Seat, other: Seat) -> bool:
    """One's own words; on one screen for all, whoever runs the meeting types for the others."""
    return other is seat or (seat.one_screen and may_run(seat))


def may_invite(seat: Seat) -> bool:
    """Only those who write the work say who sees it."""
    return seat.meeting.is_open and brings(seat)


def meetings_put_right_by(person: Person) -> Select[Meeting]:
    """Where somebody may have words to put right: meetings with a seat in them, and, whether one
    stayed or left, those that ended with words that another typed as one's own."""
    typed = select(MeetingNote.meeting_id).where(
        MeetingNote.author_id == person.id, MeetingNote.typed_by_id.is_not(None)
    )
    mine = meetings_seen_by(person).with_only_columns(Meeting.id)
    ended_with = and_(Meeting.ended_at.is_not(None), Meeting.id.in_(typed))
    return select(Meeting).where(or_(Meeting.id.in_(mine), ended_with))


def may_take_out(person: Person, note: MeetingNote) -> bool:
    """What one said oneself or typed for somebody, while the meeting goes on; what another typed
    as one's own words, afterwards, too, and whether one has a seat or left."""
    if note.meeting.is_running:
        return person.id in (note.author_id, note.typed_by_id) and may_see(person, note.meeting)
    return person.id == note.author_id and note.typed_by_id is not None


def reads(seat: Seat, stage: str, current: str, notes: list[MeetingNote]) -> bool:
    """Whether somebody reads the notes of a stage: when it is over, or once they have posted.

    The author, who listens, reads them when it is over.
    """
    if stage != current or not seat.meeting.is_running:
        return True
    return any(
        seat.person_id in (note.author_id, note.typed_by_id) and note.stage == stage
        for note in notes
    )
