"""A cycle, and all that was ever written, ticked and moved in it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where
from pdportal.feedback.protocols.models import Protocol
from pdportal.goals.models import Step


class Cycle(Numbered, Timestamped, Base):
    """A coach and a teacher at work with one edition of a template."""

    __tablename__ = "cycle"
    __table_args__ = (
        CheckConstraint("coach_id <> teacher_id", name="two_people"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
        unique_where(
            "uq_cycle_open", "teacher_id", "coach_id", "template_id", where="ended_at IS NULL"
        ),
    )

    teacher_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    phase: Mapped[str] = mapped_column(String(60))
    """The key of the phase it is in."""
    meet_on: Mapped[date | None]
    """When the two look again."""
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id", ondelete="SET NULL"))
    """The one step it is about now: the teacher's own, among their goals."""
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    teacher: Mapped[Person] = relationship(foreign_keys=teacher_id)
    coach: Mapped[Person] = relationship(foreign_keys=coach_id)
    template: Mapped[Protocol] = relationship()
    step: Mapped[Step | None] = relationship()

    is_open = all_null("ended_at")

    def other(self, person: Person) -> Person:
        """Whom somebody goes through it with."""
        return self.coach if person.id == self.teacher_id else self.teacher


class EntryKind(StrEnum):
    """What an entry says."""

    WORDS = "words"
    CHECK = "check"
    PHASE = "phase"
    MEET = "meet"
    STEP = "step"
    END = "end"


class CycleEntry(Numbered, Base):
    """One thing that one of the two wrote, ticked or decided; the last one of its key holds.

    What somebody types in one sitting is one entry.
    """

    __tablename__ = "cycle_entry"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[EntryKind]
    key: Mapped[str] = mapped_column(String(80), default="")
    """Of a box, of an item of the checklist, or of a phase."""
    text: Mapped[str] = mapped_column(Text, default="")
    """The words; of a tick "1" or ""; of a step what it was called then; of a day its date."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the saves of a box from its first entry on."""
    at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person] = relationship()

    @property
    def day(self) -> date | None:
        """When the two wanted to look again, of an entry that says so."""
        is_day = self.kind == EntryKind.MEET and self.text
        return date.fromisoformat(self.text) if is_day else None
