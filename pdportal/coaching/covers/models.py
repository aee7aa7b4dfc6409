"""One row for every time that a coach takes something over from another, or is asked for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, all_null, unique_where
from pdportal.video.models import Clip


class Handover(Numbered, Base):
    """From one coach to another: all teachers for some days, one teacher for good, or one clip.

    Without `from_id` a teacher asks for a coach, and `to_id` is whoever claims that.
    """

    __tablename__ = "coach_handover"
    __table_args__ = (
        CheckConstraint("teacher_id IS NOT NULL OR ends_on IS NOT NULL", name="whom"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="days"),
        unique_where(
            "uq_coach_handover_asked",
            "teacher_id",
            where="from_id IS NULL AND to_id IS NULL AND ended_at IS NULL",
        ),
    )

    from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: all teachers of the coach who is away."""
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id"))
    """The one thing that is handed over; the teacher stays with their coach."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day of a cover; None: for good."""
    note: Mapped[str] = mapped_column(Text, default="")
    """For the coach who takes over and the teachers it is about; all of them read it."""
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    giver: Mapped[Person | None] = relationship(foreign_keys=from_id)
    taker: Mapped[Person | None] = relationship(foreign_keys=to_id)
    teacher: Mapped[Person | None] = relationship(foreign_keys=teacher_id)
    clip: Mapped[Clip | None] = relationship()

    is_open = all_null("ended_at")
    """A cover that goes on or is to come, a question for a coach, or what was handed over."""
