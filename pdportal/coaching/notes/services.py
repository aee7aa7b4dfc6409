"""Notes are written, kept, shared, followed up and deleted; the log has no words of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.coaching.notes import policy
from pdportal.coaching.notes.models import CoachNote, Contact, Readers
from pdportal.db import db, find_or_add
from pdportal.inbox.services import address, notify, withdraw
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.locale import portal_today, zone_here

FACTS = {"contact", "minutes", "on_day"}
"""What the contact log counts; closed with its month."""


def save_note(
    coach: Person,
    teacher_id: int,
    form_key: str,
    values: Mapping[str, Any],
    *,
    version: int = 0,
    keep: bool = False,
) -> CoachNote:
    """Save what is typed as a draft of the coach's; `keep` files it, and shares it if so chosen.

    The form's key names the note. Raises `ChangedElsewhere`, and `Refused` (422) at the box.
    """
    mine = policy.notes_by(coach).where(CoachNote.form_key == form_key)

    def new() -> CoachNote:
        _require_teacher(coach, teacher_id)
        _require_open_month(values)
        return CoachNote(author_id=coach.id, teacher_id=teacher_id, form_key=form_key, **values)

    note, _is_new = find_or_add(mine, new)
    _change(note, dict(values), version)
    if keep and note.kept_at is None:
        _keep(coach, note)
    db.session.flush()
    return note


def log_contact(
    coach: Person, teacher_id: int, form_key: str, contact: Contact, minutes: int
) -> CoachNote:
    """A contact without words, in one tap; sent twice it is one."""
    values = {
        "readers": Readers.ME,
        "contact": contact,
        "minutes": minutes,
        "on_day": clock.today(zone_here()),
    }
    return save_note(coach, teacher_id, form_key, values, keep=True)


def share_note(coach: Person, note: CoachNote) -> None:
    """Let the teacher read a private note from now on; that cannot be undone."""
    _require_own(coach, note)
    if note.shared_at is None:
        note.readers = Readers.PAIR
        note.version += 1
        _share(coach, note)


def follow_up(coach: Person, note: CoachNote) -> None:
    """The coach has looked again."""
    _require_own(coach, note)
    note.follow_on = None
    note.version += 1


def delete_note(coach: Person, note: CoachNote) -> None:
    """Delete the words for good; of a note that was kept a line stays, for both who knew it."""
    _require_own(coach, note)
    if note.kept_at is None:
        db.session.delete(note)
        return
    note.text = note.topic = ""
    note.follow_on = None
    note.deleted_at = clock.now()
    withdraw(note.teacher_id, address("coaching.notes"))
    record(coach, "deleted", note)


def _change(note: CoachNote, new: dict[str, Any], version: int) -> None:
    if note.deleted_at is not None:
        raise Refused(_("This note was deleted."))
    if note.kept_at is not None:
        new["readers"] = note.readers  # sharing it later is an act of its own
    changed = {name for name, value in new.items() if getattr(note, name) != value}
    if changed and note.shared_at is not None:
        raise Refused(_("This note is shared: it stays as it was read. Write another one."))
    if changed & FACTS:
        _require_open_month(new)
        _require_open_month({"on_day": note.on_day})
    if replace_values(note, new, version):
        note.saved_at = clock.now()


def _keep(coach: Person, note: CoachNote) -> None:
    if not (note.text or note.minutes or note.contact):
        raise Refused(_("Write a few words, or how long it took."), status=422, field="text")
    if note.readers is None:
        message = _("Choose who can read it. Until then, only you can.")
        raise Refused(message, status=422, field="readers")
    note.kept_at = clock.now()
    record(coach, "noted", note, teacher=note.teacher_id)
    if note.readers is Readers.PAIR:
        _share(coach, note)


def _share(coach: Person, note: CoachNote) -> None:
    note.shared_at = clock.now()
    db.session.flush()
    record(coach, "shared", note, teacher=note.teacher_id)
    page = address("coaching.notes")
    notify(note.teacher_id, "coach_note", page, sender=coach, by=coach.name)


def _require_teacher(coach: Person, teacher_id: int) -> None:
    about = policy.people_written_about_by(coach).where(Person.id == teacher_id)
    if db.session.scalar(select(about.exists())) is not True:
        raise forbidden()


def _require_open_month(values: Mapping[str, Any]) -> None:
    day, closed = values["on_day"], policy.first_open_day(portal_today())  # leads read the rest
    if day < closed or not policy.is_open_month(day, clock.today(zone_here())):
        message = _("The log of that month is closed, or the day is still to come.")
        raise Refused(message, status=422, field="on_day")


def _require_own(coach: Person, note: CoachNote) -> None:
    require(note.author_id == coach.id)
    db.session.refresh(note, with_for_update={"of": CoachNote})
    if note.deleted_at is not None:
        raise Refused(_("This note was deleted."))
