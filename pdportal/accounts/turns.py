"""One thing after the other, where somebody sends two at once."""

from __future__ import annotations

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db


def wait_for_turn(person: Person) -> None:
    """Let what one person sends twice at once be done one after the other.

    On PostgreSQL the second waits here for the first; on SQLite all writers have queued already.
    """
    row = select(Person.id).where(Person.id == person.id).with_for_update(key_share=True)
    db.session.execute(row).all()
