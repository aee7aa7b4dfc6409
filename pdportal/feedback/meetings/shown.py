"""A meeting as one of its people sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts.models import Person
from pdportal.feedback.comments import placing
from pdportal.feedback.comments.regions import Region, ToPoint, stored_region
from pdportal.feedback.kinds import kind_of, work_url
from pdportal.feedback.meetings import clocks, policy
from pdportal.feedback.meetings.models import Duty, Meeting, MeetingNote, Seat
from pdportal.feedback.meetings.queries import pictures_in, state_of
from pdportal.feedback.meetings.stages import may_note, may_speak, stages
from pdportal.feedback.protocols.stages import Role, Stage
from pdportal.web.typed import has_visible

DUTIES = {
    Duty.FACILITATOR: _l("facilitates"),
    Duty.TIMEKEEPER: _l("keeps the time"),
    Duty.SCRIBE: _l("takes notes"),
}


@dataclass(frozen=True)
class Noted:
    """What one reads of the notes of a stage."""

    stage: Stage
    notes: Sequence[MeetingNote]
    hidden: int
    """How many one reads later."""


def page_values(person: Person, meeting: Meeting, *, whole: bool = True) -> dict[str, Any]:
    """All that the page of a meeting shows to somebody with a seat in it.

    With `whole` False, without the work, which stays as it is while the meeting goes on.
    """
    seat = next(each for each in meeting.seats if each.person_id == person.id)
    every = stages(meeting)
    stage = every[min(meeting.stage, len(every) - 1)]
    box = _box(seat, every, stage)
    pictures = pictures_in(meeting)
    return {
        "meeting": meeting,
        "state": state_of(meeting),
        "work": meeting.work,
        "work_url": work_url(meeting.work) if policy.brings(seat) else "",
        "seat": seat,
        "stage": stage,
        "stages": every,
        "who_speaks": _who_speaks(meeting, seat, stage),
        "seconds": clocks.seconds_left(meeting),
        "stands": meeting.seconds_left is not None,
        "has_clock": meeting.ends_at is not None or meeting.seconds_left is not None,
        "may_run": policy.may_run(seat),
        "may_end": policy.may_end(seat),
        "may_keep_time": policy.may_keep_time(seat),
        "box": box,
        "speakers": _speakers(seat, box or stage),
        "may_invite": policy.may_invite(seat),
        "is_here": (lambda _other: True) if seat.one_screen else policy.is_here,
        "may_take_out": policy.may_take_out,
        "duties": DUTIES,
        "hands": sorted((s for s in meeting.seats if s.hand_at), key=lambda s: s.hand_at or 0),
        "noted": _noted(seat, every),
        "anchors": kind_of(meeting.work).anchors,
        "pictures": pictures,
        "pointed": _pointed(meeting, pictures),
        "whole": whole,
        "parts": placing.parts_of(meeting.work, meeting.revision) if whole else [],
    }


def _pointed(meeting: Meeting, pictures: Sequence[ToPoint]) -> dict[int, tuple[ToPoint, Region]]:
    """By the ids of notes, the picture each is about, and the part of it."""
    by_place = {picture.place: picture for picture in pictures}
    return {
        note.id: (by_place[note.field, note.page], stored_region(note.region))
        for note in meeting.notes
        if note.page is not None and (note.field, note.page) in by_place
    }


def _box(seat: Seat, every: Sequence[Stage], stage: Stage) -> Stage | None:
    """The stage they note in: that of what they have begun, else the one that goes on, if any."""
    if not seat.meeting.is_running:
        return None
    if has_visible(seat.draft):
        for each in every:
            if each.key == seat.draft_stage:
                return each
    return stage if _speakers(seat, stage) else None


def _speakers(seat: Seat, stage: Stage) -> list[Seat]:
    """Those for whom they may note in a stage: themselves, or whoever speaks in the room."""
    seats = seat.meeting.seats
    return [each for each in seats if policy.may_note_for(seat, each) and may_note(each, stage)]


def _who_speaks(meeting: Meeting, seat: Seat, stage: Stage) -> str:
    """Whose turn it is, said to the one who reads it."""
    author = meeting.work.author.given_name
    if stage.speaks is Role.NOBODY:
        return _("Silence: everybody reads and thinks.")
    if stage.speaks is Role.EVERYONE:
        return _("Everybody speaks.")
    if stage.speaks is Role.REVIEWERS:
        return _reviewers_speak(seat, author, listens=stage.silent in (Role.AUTHOR, Role.EVERYONE))
    if may_speak(seat, stage) and not seat.one_screen:
        return _("You speak.")
    if stage.speaks is Role.AUTHOR:
        return _("%(author)s speaks.", author=author)
    return _("The facilitator speaks.")


def _reviewers_speak(seat: Seat, author: str, *, listens: bool) -> str:
    """The colleagues' turn; the author listens or, where the protocol asks no silence, answers."""
    if seat.one_screen:
        who = _("Everybody but %(author)s speaks.", author=author)
    else:
        who = _("Your colleagues speak.") if policy.brings(seat) else _("You speak.")
    if policy.brings(seat) and not seat.one_screen:
        return f"{who} {_('You listen.') if listens else _('You may answer, briefly.')}"
    if listens:
        return f"{who} {_('%(author)s listens.', author=author)}"
    return f"{who} {_('%(author)s may answer, briefly.', author=author)}"


def _noted(seat: Seat, every: Sequence[Stage]) -> list[Noted]:
    meeting = seat.meeting
    current = every[min(meeting.stage, len(every) - 1)].key
    found = []
    for stage in every:
        notes = [note for note in meeting.notes if note.stage == stage.key]
        if notes:
            seen = policy.reads(seat, stage.key, current, meeting.notes)
            found.append(Noted(stage, notes if seen else [], 0 if seen else len(notes)))
    return found
