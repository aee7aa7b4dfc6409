"""What is noted in a meeting: for all, as somebody's turn comes, and for oneself."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.activity.services import record_id
from pdportal.db import db
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.regions import ALL_OF_IT
from pdportal.feedback.comments.writing import LONGEST_COMMENT, LONGEST_QUOTE, Typed
from pdportal.feedback.meetings import ending, policy
from pdportal.feedback.meetings.models import Meeting, MeetingNote, Seat
from pdportal.feedback.meetings.queries import pictures_in
from pdportal.feedback.meetings.services import changed, locked, locked_seat
from pdportal.feedback.meetings.stages import may_note, stages
from pdportal.feedback.protocols.stages import Leaves, Stage
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.typed import has_visible

LONGEST_OWN = 20_000
MOST_NOTES = 100
"""How many one person may post in a meeting."""


def post(
    person: Person, meeting: Meeting, stage_key: str, typed: Typed, *, said_by: int = 0
) -> None:
    """Note something for all in the stage that goes on; of a list each line is a note.

    `said_by` is whose words they are, where somebody types for all; 0: one's own.

    A note that was begun in an earlier stage is filed there, and so is one for the stage just left:
    whoever pressed Post as the meeting went on had written it then. Sent twice, it is there once.
    Raises `Refused` where it is not the speaker's turn, or the stage is over.
    """
    seat = locked_seat(person, meeting)
    if not meeting.is_running:
        raise Refused(_("This meeting has ended.") if meeting.ended_at else _("Begin first."))
    stage = _stage_to_note_in(seat, stage_key)
    speaker = _speaker(seat, said_by)
    if not may_note(speaker, stage):
        raise Refused(_not_their_turn(speaker, stage), status=422, field="text")
    text = fitting(typed.text, "text", LONGEST_COMMENT).strip()
    if not has_visible(text):
        raise Refused(_("Write it first."), status=422, field="text")
    lines = [line.lstrip("-*• ").strip() for line in text.split("\n")]
    texts = [line for line in lines if has_visible(line)]
    if stage.leaves is not Leaves.LIST:
        texts = [text]
    mine = [note for note in meeting.notes if note.author_id == speaker.person_id]
    if len(mine) + len(texts) > MOST_NOTES:
        raise Refused(_("That is a lot for one meeting."), status=422, field="text")
    stored = {(note.stage, note.text) for note in mine}
    for each in dict.fromkeys(texts):
        if (stage.key, each) not in stored:
            note = _note(speaker, stage, typed, each)
            note.typed_by_id = None if speaker is seat else person.id
            meeting.notes.append(note)
    seat.draft, seat.draft_stage, speaker.hand_at = "", "", None
    seat.draft_version += 1
    changed(meeting)
    record_id(person.id, "noted", "meeting", meeting.id)


def put_right(person: Person, meeting: Meeting, note_id: int, text: str = "") -> None:
    """Give one's own note other words, or without any take it out; nothing if it is not there.

    After the meeting the comment that was made of it changes, too. Raises `Refused` where that is
    answered already.
    """
    locked(meeting)
    text = fitting(text, "text", LONGEST_COMMENT).strip()
    for note in [each for each in meeting.notes if each.id == note_id]:
        require(policy.may_take_out(person, note))
        if meeting.ended_at is not None:
            ending.put_right(note, text)
        note.text = text
        if not has_visible(text):
            meeting.notes.remove(note)
            db.session.delete(note)
        changed(meeting)


def save_draft(
    person: Person, meeting: Meeting, text: str, *, version: int, stage: str = ""
) -> int:
    """Save what somebody is typing and has not posted; nobody else reads it.

    It belongs to the stage in which it was begun: the one that goes on, or, as its page says by
    `stage`, the one just left.
    """
    seat = _own_seat(person, meeting)
    text = fitting(text, "text", LONGEST_COMMENT)
    replace_values(seat, {"draft": text}, version, "draft_version")
    if not has_visible(text):
        seat.draft_stage = ""
    elif not seat.draft_stage and meeting.is_running:
        keys = [each.key for each in _now_and_before(meeting)]
        seat.draft_stage = stage if stage in keys else keys[-1]
    db.session.flush()
    return seat.draft_version


def save_own(person: Person, meeting: Meeting, text: str, *, version: int) -> int:
    """Save somebody's notes for themselves, during the meeting or later."""
    seat = _own_seat(person, meeting)
    text = fitting(text, "own_notes", LONGEST_OWN)
    replace_values(seat, {"own_notes": text}, version, "own_version")
    db.session.flush()
    return seat.own_version


def _now_and_before(meeting: Meeting) -> list[Stage]:
    """The stage just left, if any, and the one that goes on."""
    return stages(meeting)[max(0, meeting.stage - 1) : meeting.stage + 1]


def _stage_to_note_in(seat: Seat, key: str) -> Stage:
    """The stage that goes on, the one just left, or the one of what they have begun."""
    near = _now_and_before(seat.meeting)
    begun = [each for each in stages(seat.meeting) if each.key == seat.draft_stage]
    for stage in (*near, *begun):
        if stage.key == key:
            return stage
    message = _("The meeting has gone on to “%(stage)s”.", stage=near[-1].name)
    raise Refused(message, status=422, field="text")


def _speaker(seat: Seat, person_id: int) -> Seat:
    """Whose words they are: one's own, or of somebody for whom one may type."""
    speaker = seat
    if seat.one_screen and not person_id:
        raise Refused(_("Choose who said it."), status=422, field="said_by")
    if person_id:
        found = (each for each in seat.meeting.seats if each.person_id == person_id)
        speaker = next(found, seat)
    if (person_id and speaker.person_id != person_id) or not policy.may_note_for(seat, speaker):
        raise forbidden(_("Each notes for themselves, unless you share one screen."))
    return speaker


def _not_their_turn(speaker: Seat, stage: Stage) -> str:
    if stage.key == _now_and_before(speaker.meeting)[-1].key:
        return _("Now is the time to listen. Write it into your own notes.")
    return _("It was not your turn in “%(stage)s”. Write it into your own notes.", stage=stage.name)


def _own_seat(person: Person, meeting: Meeting) -> Seat:
    return next(seat for seat in meeting.seats if seat.person_id == person.id)


def _note(seat: Seat, stage: Stage, typed: Typed, text: str) -> MeetingNote:
    content = seat.meeting.revision.content
    note = MeetingNote(
        meeting_id=seat.meeting_id,
        author_id=seat.person_id,
        stage=stage.key,
        kind=_kind(seat, stage, typed.kind),
        text=text,
        field=typed.field if typed.field in content else "",
        quote=" ".join(fitting(typed.quote, "quote", LONGEST_QUOTE).split()),
        letter=typed.letter,
    )
    is_shown = typed.picture in {picture.place for picture in pictures_in(seat.meeting)}
    if typed.picture and is_shown and not note.quote:
        note.field, note.page = typed.picture
        note.region = (typed.region or ALL_OF_IT).stored
    return note


def _kind(seat: Seat, stage: Stage, asked: CommentKind) -> CommentKind | None:
    """Of what kind a note is, if it is to be a comment: not of the author's own words."""
    if policy.brings(seat) or not stage.kinds:
        return None
    return asked if asked in stage.kinds else stage.kinds[0]
