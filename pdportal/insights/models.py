"""That somebody was asked how a module is going."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base, Numbered


class Nudge(Numbered, Base):
    """One friendly question about one module: at most one a day, whoever asks."""

    __tablename__ = "nudge"
    __table_args__ = (UniqueConstraint("person_id", "module_id", "on_day"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on_day: Mapped[date]
    """The day where the person who is asked lives."""
    at: Mapped[datetime] = mapped_column(default=clock.now)
