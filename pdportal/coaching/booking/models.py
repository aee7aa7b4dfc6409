"""Times that somebody offers, who waits for one, and the questions for office hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments.models import (
    LONGEST_LINK,
    LONGEST_PLACE,
    LONGEST_TITLE,
    Appointment,
    AppointmentKind,
)
from pdportal.db import Base, Timestamped, all_null, unique_where
from pdportal.inbox.services import address

LONGEST_ABOUT = 400
LONGEST_QUESTION = 2000
LONGEST_THANKS = 300


class SlotOffer(Timestamped, Base):
    """What somebody offers: times to book, office hours, or their classroom, and for whom."""

    __tablename__ = "slot_offer"
    __table_args__ = (CheckConstraint("room BETWEEN 1 AND 200", name="room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[AppointmentKind]
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT), default="")
    """What to bring; of a classroom, what is worth seeing."""
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    link: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    zone: Mapped[str] = mapped_column(String(64))
    room: Mapped[int] = mapped_column(default=1)
    """For how many people each time is."""
    closes_hours: Mapped[int] = mapped_column(default=0)
    """So long before it starts a booking can be moved or canceled."""
    for_teachers: Mapped[bool] = mapped_column(default=False)
    """For those whom the host coaches; else for a cohort, a school or the district."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    to_district: Mapped[bool] = mapped_column(default=False)
    feedback_requested: Mapped[bool] = mapped_column(default=False, server_default=false())

    host: Mapped[Person] = relationship()
    slots: Mapped[list[Slot]] = relationship(back_populates="offer", order_by="Slot.starts_at")


class Slot(Base):
    """One time of an offer. The first who books makes its appointment."""

    __tablename__ = "slot"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("slot_offer.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), unique=True)

    offer: Mapped[SlotOffer] = relationship(back_populates="slots")
    appointment: Mapped[Appointment | None] = relationship()
    waiters: Mapped[list[Waiter]] = relationship(
        back_populates="slot", order_by="Waiter.since", cascade="all, delete-orphan"
    )

    stands = all_null("withdrawn_at")
    """Still offered."""

    @property
    def is_ahead(self) -> bool:
        """Whether it can be booked, if there is room: offered, and not over."""
        return self.stands and self.ends_at > clock.now()

    @property
    def zone(self) -> str:
        """On whose clock it was made."""
        return self.offer.zone

    @property
    def page(self) -> str:
        """The path of its page."""
        return address("coaching.slot", slot_id=self.id)

    @property
    def closes_at(self) -> datetime:
        """Until when a booking can be moved or canceled."""
        return self.starts_at - timedelta(hours=self.offer.closes_hours)

    @property
    def free(self) -> int:
        """The seats that are neither taken nor held for somebody who waits."""
        held = sum(waiter.lease_until is not None for waiter in self.waiters)
        return max(0, self.offer.room - len(self.coming) - held)

    @property
    def coming(self) -> list[Person]:
        """Who has a seat."""
        return self.appointment.coming if self.appointment else []

    def waiter(self, person: Person) -> Waiter | None:
        """Somebody among those who wait."""
        return next((each for each in self.waiters if each.person_id == person.id), None)


class Waiter(Base):
    """That somebody waits for a seat; a seat that came free is held for them until their lease."""

    __tablename__ = "slot_waiter"

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[datetime | None]

    slot: Mapped[Slot] = relationship(back_populates="waiters")
    person: Mapped[Person] = relationship()


class HoursQuestion(Base):
    """A question for office hours: being typed, asked, and answered in writing or in person."""

    __tablename__ = "hours_question"
    __table_args__ = (
        unique_where("uq_hours_question_draft", "slot_id", "asker_id", where="asked_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    may_show: Mapped[bool] = mapped_column(default=False)
    """Whether others may read it with its answer, without the asker's name."""
    asked_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_version: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    """Answered: in writing where there is an `answer`, else in person."""
    for_all: Mapped[bool] = mapped_column(default=False)
    """Whether everybody who sees the office hours reads question and answer."""

    slot: Mapped[Slot] = relationship()
    asker: Mapped[Person] = relationship()


class Thanks(Base):
    """What a visitor said to the host of an open classroom: thanks, and feedback if asked for."""

    __tablename__ = "slot_thanks"

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_THANKS), default="")
    thanked_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()
