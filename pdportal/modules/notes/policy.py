"""Whose notes are whose: nobody's but their owner's, whatever others lead, coach or run."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.modules.notes.models import OwnNote


def notes_of(person: Person) -> Select[OwnNote]:
    """One's own notes, deleted ones too while they can be brought back."""
    return select(OwnNote).where(OwnNote.person_id == person.id)
