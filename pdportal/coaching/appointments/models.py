"""An appointment, who comes to it, and for whom its time is offered."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, Numbered, Timestamped, all_null, unique_where
from pdportal.inbox.services import address

LONGEST_TITLE = 120
LONGEST_PLACE = 200
LONGEST_LINK = 500
LONGEST_WHY = 300
LONGEST_ABOUT = 400
LONGEST_QUESTION = 2000
LONGEST_THANKS = 300


class AppointmentKind(StrEnum):
    """What it is; a room of coaching makes each kind."""

    TALK = "talk"
    VISIT = "visit"
    WALK = "walk"
    HOURS = "hours"
    CLASSROOM = "classroom"


KEEPS_FREE = (AppointmentKind.HOURS, AppointmentKind.CLASSROOM)
"""Kinds beside which their host may have another appointment."""
DROPS_IN = (AppointmentKind.HOURS,)
"""Kinds to which people come for a part of the time, each without seeing who else does."""
_NAMES = {
    AppointmentKind.TALK: _l("Coaching talk"),
    AppointmentKind.VISIT: _l("Classroom visit"),
    AppointmentKind.WALK: _l("Learning walk"),
    AppointmentKind.HOURS: _l("Office hours"),
    AppointmentKind.CLASSROOM: _l("Open classroom"),
}
_pages: dict[AppointmentKind, str] = {}


def set_page(kind: AppointmentKind, endpoint: str) -> None:
    """Let appointments of a kind be seen on a page of their own: a view with `appointment_id`."""
    _pages[kind] = endpoint


def page_of(kind: AppointmentKind, appointment_id: int) -> str:
    """The path of the page of an appointment."""
    return address(_pages.get(kind, "coaching.appointment"), appointment_id=appointment_id)


def week_page(kind: AppointmentKind) -> str:
    """The path of the week in which times of a kind are offered."""
    is_lesson = kind is AppointmentKind.CLASSROOM
    return address("coaching.open_classrooms" if is_lesson else "coaching.booking")


def name_of(kind: AppointmentKind, title: str = "") -> str:
    """What an appointment is called, in the reader's language."""
    return title or str(_NAMES[kind])


class TimeOffer(Numbered, Timestamped, Base):
    """For whom times are offered, and how they are booked; each is an appointment."""

    __tablename__ = "slot_offer"
    __table_args__ = (CheckConstraint("room BETWEEN 1 AND 200", name="room"),)

    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT), default="")
    """What to bring; of a classroom, what is worth seeing."""
    room: Mapped[int] = mapped_column(default=1)
    """For how many people each time is."""
    closes_hours: Mapped[int] = mapped_column(default=0)
    """So long before it starts a booking can be moved."""
    for_teachers: Mapped[bool] = mapped_column(default=False)
    """For those whom the host coaches; else for a cohort, a school or the district."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    to_district: Mapped[bool] = mapped_column(default=False)
    feedback_requested: Mapped[bool] = mapped_column(default=False, server_default=false())


class Appointment(Numbered, Timestamped, Base):
    """One date: who hosts it, who comes, from when to when, and where.

    One that is offered waits for those who take a seat; until then it takes nobody's time.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_appointment_host_id_starts_at", "host_id", "starts_at"),
    )

    kind: Mapped[AppointmentKind]
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("slot_offer.id"), index=True)
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
    offer: Mapped[TimeOffer | None] = relationship()
    guests: Mapped[list[Guest]] = relationship(
        back_populates="appointment", order_by="Guest.person_id"
    )
    waiters: Mapped[list[Waiter]] = relationship(
        order_by="Waiter.since", cascade="all, delete-orphan"
    )

    stands = all_null("canceled_at")
    """Not canceled."""

    @property
    def takes_place(self) -> bool:
        """Whether it stands, and somebody comes where it is offered."""
        return self.stands and (self.offer_id is None or bool(self.coming))

    @property
    def is_ahead(self) -> bool:
        """Whether it stands and has not begun."""
        return self.stands and self.starts_at > clock.now()

    @property
    def is_offered(self) -> bool:
        """Whether it can be booked, if there is room: until it is over."""
        return self.offer_id is not None and self.stands and self.ends_at > clock.now()

    @property
    def closes_at(self) -> datetime:
        """Until when a booking can be moved."""
        return self.starts_at - timedelta(hours=self.offer.closes_hours if self.offer else 0)

    @property
    def free(self) -> int:
        """The seats that are neither taken nor held for somebody who waits."""
        held = sum(waiter.lease_until is not None for waiter in self.waiters)
        return max(0, self.offer.room - len(self.coming) - held) if self.offer else 0

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return name_of(self.kind, self.title)

    @property
    def page(self) -> str:
        """The path of its page."""
        return page_of(self.kind, self.id)

    @property
    def where(self) -> str:
        """The place, or else the link, for one line."""
        return self.place or self.link

    @property
    def coming(self) -> list[Person]:
        """Who comes, beside the host."""
        return [guest.person for guest in self.guests if guest.comes]

    def guest(self, person: Person) -> Guest | None:
        """Somebody among those who come or came."""
        return next((each for each in self.guests if each.person_id == person.id), None)

    def waiter(self, person: Person) -> Waiter | None:
        """Somebody among those who wait."""
        return next((each for each in self.waiters if each.person_id == person.id), None)

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


class Waiter(Base):
    """That somebody waits for a seat; a seat that came free is held for them until their lease."""

    __tablename__ = "waiter"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class HoursQuestion(Numbered, Base):
    """A question for office hours: being typed, asked, and answered in writing or in person."""

    __tablename__ = "hours_question"
    __table_args__ = (
        unique_where(
            "uq_hours_question_draft", "appointment_id", "asker_id", where="asked_at IS NULL"
        ),
    )

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
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

    appointment: Mapped[Appointment] = relationship()
    asker: Mapped[Person] = relationship()


class Thanks(Base):
    """What a visitor said to the host of an open classroom: thanks, and feedback if asked for."""

    __tablename__ = "thanks"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_THANKS), default="")
    thanked_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()
