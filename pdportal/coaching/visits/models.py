"""A visit to somebody's lesson, and the lines that are written about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments.models import Appointment
from pdportal.db import Base, Numbered, Timestamped, all_null


class Tag(StrEnum):
    """What a line of notes holds, if its writer says so."""

    TEACHER = "teacher"
    STUDENTS = "students"
    NUMBER = "number"


class Visit(Numbered, Timestamped, Base):
    """Somebody visits a lesson of a colleague, the host; either of them proposes it."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("visitor_id <> host_id", name="two"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="one_answer"),
    )

    visitor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who proposed the time that stands now: the other one answers."""
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(200), default="")
    why: Mapped[str] = mapped_column(Text, default="")
    """What was said when it was proposed, or moved."""
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), unique=True)
    """The time that was agreed on; it stands until another one is agreed on."""
    called_off_at: Mapped[datetime | None]

    questions: Mapped[str] = mapped_column(Text, default="")
    """The visitor's own, before."""
    questions_version: Mapped[int] = mapped_column(default=0)
    wants: Mapped[str] = mapped_column(Text, default="")
    """The host's answers, from here on: what to look for."""
    look_fors: Mapped[str] = mapped_column(Text, default="")
    working_on: Mapped[str] = mapped_column(Text, default="")
    seat: Mapped[str] = mapped_column(Text, default="")
    before_version: Mapped[int] = mapped_column(default=0)

    notes_version: Mapped[int] = mapped_column(default=0)
    """Counts what the visitor changed while reading their notes again."""
    shared_at: Mapped[datetime | None]
    """When notes of it were first shared with the host."""
    next_step: Mapped[str] = mapped_column(Text, default="")
    """What both agreed on; the host makes it a step of their own."""
    follow_up_on: Mapped[date | None]
    step_version: Mapped[int] = mapped_column(default=0)
    followed_up_at: Mapped[datetime | None]

    appointment: Mapped[Appointment | None] = relationship()
    visitor: Mapped[Person] = relationship(foreign_keys=visitor_id)
    host: Mapped[Person] = relationship(foreign_keys=host_id)

    is_on = all_null("declined_at", "called_off_at")
    """Proposed or agreed, and neither declined nor called off."""

    awaits_follow_up = all_null("followed_up_at")
    """The visitor has not come back to the next step."""

    def other(self, person: Person) -> Person:
        """The visitor of a host, and the host of a visitor."""
        return self.host if person.id == self.visitor_id else self.visitor

    @property
    def ends_at(self) -> datetime:
        """When the visitor leaves, as planned."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_agreed(self) -> bool:
        """Whether both said yes to the time that stands now."""
        return self.is_on and self.accepted_at is not None


class VisitLine(Numbered, Base):
    """One line: noted during the visit, and private until it is shared; or said about it later.

    A line that was shared stays as it is: whatever is said later is another line.
    """

    __tablename__ = "visit_line"
    __table_args__ = (
        UniqueConstraint("visit_id", "key"),
        CheckConstraint("NOT is_after OR shared_at IS NOT NULL", name="after"),
    )

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    """Made by the page on which it was typed: sent twice, it is one line."""
    typed: Mapped[int] = mapped_column(BigInteger, default=0)
    """Grows with each change on that page, so that what comes late takes nothing back."""
    at: Mapped[datetime]
    """When it was begun, by the clock of the device it was typed on."""
    came_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When the portal first had it."""
    tag: Mapped[Tag | None]
    text: Mapped[str] = mapped_column(Text)
    left_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Kept by the visitor alone."""
    is_after: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Said by one of them about the visit, when the notes were shared."""
    shared_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship()
