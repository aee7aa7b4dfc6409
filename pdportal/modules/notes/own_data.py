"""Somebody's own notes, to take along or to be forgotten."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from pdportal.accounts.own_data import OwnPart, Piece
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.notes.queries import all_notes
from pdportal.modules.notes.services import as_markdown

PART = OwnPart(
    "notes",
    _l("My notes"),
    files=lambda person: [Piece("notes.md", as_markdown(list(all_notes(person))))],
    gone=lambda person: [delete(OwnNote).where(OwnNote.person_id == person.id)],
    goes=_l("Your own notes in modules."),
)
