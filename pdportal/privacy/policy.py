"""Who may have somebody's data, that person alone; and who may leave."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.accounts.policy import is_district_admin, other_admins
from pdportal.db import db
from pdportal.privacy.models import Download, Leaving


def downloads_kept() -> Select[Download]:
    """All that are not deleted."""
    return select(Download).where(Download.deleted_at.is_(None))


def downloads_of(person: Person) -> Select[Download]:
    """One's own, as long as they are kept."""
    return downloads_kept().where(Download.person_id == person.id)


def leavings_open() -> Select[Leaving]:
    """Those neither withdrawn nor carried out."""
    return select(Leaving).where(Leaving.withdrawn_at.is_(None), Leaving.carried_out_at.is_(None))


def leaving_of(person: Person) -> Select[Leaving]:
    """One's own, unless it was withdrawn or carried out."""
    return leavings_open().where(Leaving.person_id == person.id)


def may_leave(person: Person) -> bool:
    """Everybody, unless no admin of the whole district would stay: those who leave do not count."""
    leaving = leavings_open().with_only_columns(Leaving.person_id)
    staying = other_admins(person).where(Person.id.not_in(leaving))
    return not is_district_admin(person) or bool(db.session.scalar(select(staying.exists())))
