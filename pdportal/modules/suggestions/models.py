"""What somebody keeps for later or puts aside, and what colleagues recommend to one another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import Base, Numbered
from pdportal.modules.models import Module


class ModuleMark(Base):
    """That somebody saved a module for later, or asked not to have it suggested; never both."""

    __tablename__ = "module_mark"
    __table_args__ = (CheckConstraint("saved_at IS NULL OR put_aside_at IS NULL", name="one"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True, index=True)
    saved_at: Mapped[datetime | None]
    put_aside_at: Mapped[datetime | None]
    """When it was said to be “not for me”: it is not suggested again."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why not, for the person alone."""


class Recommendation(Numbered, Base):
    """One colleague recommends a module to another, with a sentence why; read by these two."""

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("module_id", "from_id", "to_id"),
        CheckConstraint("from_id <> to_id", name="two_people"),
    )

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    """The cohort it was recommended to, where it was not for this person alone."""
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    thanked_at: Mapped[datetime | None]

    module: Mapped[Module] = relationship()
    giver: Mapped[Person] = relationship(foreign_keys=from_id)
    receiver: Mapped[Person] = relationship(foreign_keys=to_id)
    cohort: Mapped[Cohort | None] = relationship()
