"""Who may read a notice: the person it was written to, and nobody else."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.inbox.models import Notice


def notices_seen_by(person: Person) -> Select[Notice]:
    """Everybody sees their own notices only."""
    return select(Notice).where(Notice.person_id == person.id)


def may_see(person: Person, notice: Notice) -> bool:
    """The same rule as `notices_seen_by`, for a notice already in hand."""
    return notice.person_id == person.id
