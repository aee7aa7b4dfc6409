"""Downloads of one's own data, and leavings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, unique_where


class Download(Numbered, Base):
    """One ZIP of somebody's own data, or of one thing of theirs.

    Asked for, collected part by part, deleted after a week."""

    __tablename__ = "download"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str | None] = mapped_column(String(40))
    """The one thing that it is about (`own_data.parts_about`); None: everything."""
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    begun_at: Mapped[datetime | None]
    """When a worker last began to collect it."""
    done: Mapped[int] = mapped_column(default=0)
    """How many parts are in it."""
    parts: Mapped[int]
    ready_at: Mapped[datetime | None]
    storage_key: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes."""
    deleted_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Leaving(Numbered, Base):
    """Somebody asked to leave: carried out on its day unless they change their mind."""

    __tablename__ = "leaving"
    __table_args__ = (unique_where("uq_leaving_open", "person_id", where="withdrawn_at IS NULL"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    leaves_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    carried_out_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
