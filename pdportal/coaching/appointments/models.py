"""An appointment, and who comes to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Timestamped, all_null

LONGEST_TITLE = 120
LONGEST_PLACE = 200
LONGEST_LINK = 500
LONGEST_WHY = 300


class AppointmentKind(StrEnum):
    """What it is; a room of coaching makes each kind."""

    TALK = "talk"
    VISIT = "visit"
    WALK = "walk"
    HOURS = "hours"
    CLASSROOM = "classroom"


class Appointment(Timestamped, Base):
    """One date: who hosts it, who comes, from when to when, and where."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_appointment_host_id_starts_at", "host_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AppointmentKind]
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    """What it is called; the name of its kind if empty."""
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    link: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    """The time zone on whose clock it was made."""
    uid: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid4().hex)
    """What calendar programs know it by: for good, whatever becomes of it."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises with each change that an invitation was sent about (RFC 5546)."""
    canceled_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(LONGEST_WHY), default="")
    """What whoever canceled it said to those who had it."""

    host: Mapped[Person] = relationship()
    guests: Mapped[list[Guest]] = relationship(
        back_populates="appointment", order_by="Guest.person_id"
    )

    stands = all_null("canceled_at")
    """Not canceled."""

    @property
    def where(self) -> str:
        """The place, or else the link, for one line."""
        return self.place or self.link

    @property
    def is_ahead(self) -> bool:
        """Whether it stands and has not begun."""
        return self.stands and self.starts_at > clock.now()

    @property
    def coming(self) -> list[Person]:
        """Who comes, beside the host."""
        return [guest.person for guest in self.guests if guest.comes]

    def guest(self, person: Person) -> Guest | None:
        """Somebody among those who come or came."""
        return next((each for each in self.guests if each.person_id == person.id), None)

    def everybody(self) -> list[int]:
        """The ids of the host and of all who come."""
        return [self.host_id, *(guest.person_id for guest in self.guests if guest.comes)]


class Guest(Base):
    """That somebody comes to an appointment, or once meant to."""

    __tablename__ = "guest"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]

    appointment: Mapped[Appointment] = relationship(back_populates="guests")
    person: Mapped[Person] = relationship()

    comes = all_null("left_at")
    """Has not been taken out, nor said that they cannot come."""
