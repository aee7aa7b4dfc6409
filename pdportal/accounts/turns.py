"""One thing after the other, where somebody sends two at once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db


def wait_for_turn(person: Person) -> None:
    """Let what one person sends twice at once be done one after the other.

    On PostgreSQL the second waits here for the first; on SQLite all writers have queued already.
    """
    wait_for_turns([person.id])


def wait_for_turns(person_ids: Iterable[int]) -> None:
    """The same for several people, whom all lock in one order."""
    rows = select(Person.id).where(Person.id.in_(set(person_ids))).order_by(Person.id)
    db.session.execute(rows.with_for_update(key_share=True)).all()
