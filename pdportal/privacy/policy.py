"""Who may have somebody's data: that person alone."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.privacy.models import Download, Leaving


def downloads_of(person: Person) -> Select[Download]:
    """One's own, as long as they are kept."""
    return select(Download).where(Download.person_id == person.id, Download.deleted_at.is_(None))


def leavings_open() -> Select[Leaving]:
    """Those neither withdrawn nor carried out."""
    return select(Leaving).where(Leaving.withdrawn_at.is_(None), Leaving.carried_out_at.is_(None))


def leaving_of(person: Person) -> Select[Leaving]:
    """One's own, unless it was withdrawn or carried out."""
    return leavings_open().where(Leaving.person_id == person.id)
