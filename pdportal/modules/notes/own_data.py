"""Somebody's own notes, to take along or to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece
from pdportal.db import db
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.notes.queries import all_notes
from pdportal.modules.notes.services import as_markdown


def collect(person: Person) -> Iterator[Piece]:
    """All notes, as on their own page."""
    yield Piece("notes.md", as_markdown(list(all_notes(person))))


def forget(person: Person) -> None:
    """Delete them."""
    db.session.execute(delete(OwnNote).where(OwnNote.person_id == person.id))


PART = OwnPart("notes", _l("My notes"), collect, forget, goes=_l("Your own notes in modules."))
