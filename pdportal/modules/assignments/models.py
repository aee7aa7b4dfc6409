"""What is agreed with one person about an assignment."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.db import Base
from pdportal.modules.models import Assignment


class Agreement(Base):
    """Another date for one person, or that they are done with it another way."""

    __tablename__ = "agreement"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    due_on: Mapped[date | None]
    """Theirs alone; None where the date of the assignment holds."""
    instead_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"), index=True)
    """The module that counts in its place, once they have finished it."""
    done_at: Mapped[datetime | None]
    """When it counted as done another way."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    assignment: Mapped[Assignment] = relationship()
