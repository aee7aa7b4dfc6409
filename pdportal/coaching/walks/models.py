"""A walk and those who walk. Nothing in it says whose room is whose: there is no place for it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal.accounts.models import Person, School
from pdportal.coaching.appointments.models import Appointment
from pdportal.db import Base, Numbered, Timestamped, all_null
from pdportal.web.typed import has_visible


class Walk(Numbered, Timestamped, Base):
    """One walk through several rooms of a school, and the note on patterns that is left of it."""

    __tablename__ = "walk"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR closed_at IS NOT NULL", name="sent"),
        CheckConstraint("rooms BETWEEN 3 AND 26", name="rooms"),
    )

    organizer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    form_key: Mapped[str] = mapped_column(String(40), unique=True)
    """Of the form that planned it: sent twice, it is one."""
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), unique=True)
    held_on: Mapped[date]
    rooms: Mapped[int]
    """How many; they are called A, B, C …"""
    problem: Mapped[str] = mapped_column(Text)
    """The problem of practice."""
    look_fors: Mapped[str] = mapped_column(Text, default="")
    described: Mapped[str] = mapped_column(Text, default="")
    """The note on patterns, from here on."""
    patterns: Mapped[str] = mapped_column(Text, default="")
    predicted: Mapped[str] = mapped_column(Text, default="")
    next_level: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    rooms_seen: Mapped[int | None]
    """In how many rooms something was noted, as it was when the walk was closed."""
    closed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    """When the note went to the staff of the school."""
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"))
    """What its meeting is about."""

    school: Mapped[School] = relationship()
    appointment: Mapped[Appointment] = relationship()
    walkers: Mapped[list[Walker]] = relationship(
        order_by="Walker.person_id", cascade="all, delete-orphan"
    )

    is_open = all_null("closed_at")
    """Notes are still taken; once it is closed they are deleted."""

    @property
    def room_names(self) -> list[str]:
        """A, B, C …"""
        return [chr(ord("A") + number) for number in range(self.rooms)]


class Walker(Base):
    """Somebody who walks, and what they note until the walk is closed."""

    __tablename__ = "walker"

    walk_id: Mapped[int] = mapped_column(ForeignKey("walk.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    notes: Mapped[dict[str, str]] = mapped_column(default=dict)
    """By room."""
    version: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()

    @property
    def rooms(self) -> set[str]:
        """In which they noted something."""
        return {room for room, text in self.notes.items() if has_visible(text)}
