"""What is noted in a meeting: for all, as somebody's turn comes, and for oneself."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.activity.services import record_id
from pdportal.db import db
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.writing import LONGEST_COMMENT, LONGEST_QUOTE
from pdportal.feedback.meetings import policy
from pdportal.feedback.meetings.models import Meeting, MeetingNote, Seat
from pdportal.feedback.meetings.services import changed, locked_seat
from pdportal.feedback.meetings.stages import may_note, stages
from pdportal.feedback.protocols.stages import Leaves, Stage
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden
from pdportal.web.typed import has_visible

LONGEST_OWN = 20_000
MOST_NOTES = 100
"""How many one person may post in a meeting."""


@dataclass(frozen=True)
class Said:
    """The boxes of a note."""

    text: str
    kind: str = ""
    field: str = ""
    quote: str = ""
    letter: int | None = None


def post(person: Person, meeting: Meeting, stage_key: str, said: Said) -> None:
    """Note something for all in the stage that goes on; of a list each line is a note.

    A note for the stage just left is filed there: whoever pressed Post as the meeting went on had
    written it then. Sent twice, it is there once. Raises `Refused` where it is not one's turn, or
    the stage is over.
    """
    seat = locked_seat(person, meeting)
    if not meeting.is_running:
        raise Refused(_("This meeting has ended.") if meeting.ended_at else _("Begin first."))
    stage = _stage_to_note_in(meeting, stage_key)
    if not may_note(seat, stage):
        message = _("Now is the time to listen. Write it into your own notes.")
        raise Refused(message, status=422, field="text")
    text = fitting(said.text, "text", LONGEST_COMMENT).strip()
    if not has_visible(text):
        raise Refused(_("Write it first."), status=422, field="text")
    lines = [line.lstrip("-*• ").strip() for line in text.split("\n")]
    texts = [line for line in lines if has_visible(line)]
    if stage.leaves is not Leaves.LIST:
        texts = [text]
    mine = [note for note in meeting.notes if note.author_id == person.id]
    if len(mine) + len(texts) > MOST_NOTES:
        raise Refused(_("That is a lot for one meeting."), status=422, field="text")
    there = {(note.stage, note.text) for note in mine}
    for each in dict.fromkeys(texts):
        if (stage.key, each) not in there:
            meeting.notes.append(_note(seat, stage, said, each))
    seat.draft, seat.hand_at = "", None
    seat.draft_version += 1
    changed(meeting)
    record_id(person.id, "noted", "meeting", meeting.id)


def take_out(person: Person, meeting: Meeting, note_id: int) -> None:
    """Take one's own note out again; nothing happens if it is not there."""
    seat = locked_seat(person, meeting)
    for note in [each for each in meeting.notes if each.id == note_id]:
        if not policy.may_take_out(seat, note):
            raise forbidden()
        meeting.notes.remove(note)
        db.session.delete(note)
        changed(meeting)


def save_draft(person: Person, meeting: Meeting, text: str, *, version: int) -> int:
    """Save what somebody is typing and has not posted; nobody else reads it."""
    seat = _own_seat(person, meeting)
    text = fitting(text, "text", LONGEST_COMMENT)
    replace_values(seat, {"draft": text}, version, "draft_version")
    db.session.flush()
    return seat.draft_version


def save_own(person: Person, meeting: Meeting, text: str, *, version: int) -> int:
    """Save somebody's notes for themselves, during the meeting or later."""
    seat = _own_seat(person, meeting)
    text = fitting(text, "own_notes", LONGEST_OWN)
    replace_values(seat, {"own_notes": text}, version, "own_version")
    db.session.flush()
    return seat.own_version


def _stage_to_note_in(meeting: Meeting, key: str) -> Stage:
    """The stage that goes on, or the one just left."""
    every, number = stages(meeting), meeting.stage
    for stage in every[max(0, number - 1) : number + 1]:
        if stage.key == key:
            return stage
    message = _("The meeting has gone on to “%(stage)s”.", stage=every[number].name)
    raise Refused(message, status=422, field="text")


def _own_seat(person: Person, meeting: Meeting) -> Seat:
    return next(seat for seat in meeting.seats if seat.person_id == person.id)


def _note(seat: Seat, stage: Stage, said: Said, text: str) -> MeetingNote:
    content = seat.meeting.revision.content
    return MeetingNote(
        meeting_id=seat.meeting_id,
        author_id=seat.person_id,
        stage=stage.key,
        kind=_kind(seat, stage, said.kind),
        text=text,
        field=said.field if said.field in content else "",
        quote=" ".join(fitting(said.quote, "quote", LONGEST_QUOTE).split()),
        letter=said.letter,
    )


def _kind(seat: Seat, stage: Stage, asked: str) -> CommentKind | None:
    """Of what kind a note is, if it is to be a comment: not of the author's own words."""
    if seat.person_id == seat.meeting.work.author_id:
        return None
    named = next((kind for kind in stage.kinds if kind == asked), None)
    return named or (stage.kinds[0] if stage.kinds else None)
