"""Who sees an appointment, who books and changes it, and whose names and words stand on it.

Leads and admins see what is offered to them like anybody else; whom a coach meets, who booked,
came or asked is no news of theirs.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select

from pdportal import clock
from pdportal.accounts.models import Person, RoleName, School
from pdportal.coaching.appointments.models import (
    DROPS_IN,
    Appointment,
    AppointmentKind,
    Guest,
    HoursQuestion,
    Thanks,
    TimeOffer,
)
from pdportal.cohorts.models import Coaching, Cohort
from pdportal.cohorts.policy import cohort_ids_of, cohorts_seen_by, people_in_district_of
from pdportal.db import db


def appointments_of(person: Person) -> Select[Appointment]:
    """Those that somebody hosts or comes to, canceled ones and times nobody has taken, too."""
    return select(Appointment).where(or_(Appointment.host_id == person.id, _has(person)))


def appointments_seen_by(person: Person) -> Select[Appointment]:
    """The same for their calendar: without times nobody has taken, but for office hours."""
    drops_in = (Appointment.kind == kind for kind in DROPS_IN)  # `IN` cannot be prepared
    return appointments_of(person).where(or_(*drops_in, is_taken()))


def times_seen_by(person: Person) -> Select[Appointment]:
    """One's own, those one comes to, and those offered to oneself that stand."""
    offered = and_(Appointment.stands, Appointment.offer_id.in_(_offered_to(person)))
    by_active = Appointment.host_id.in_(
        people_in_district_of(person).where(Person.active).with_only_columns(Person.id)
    )
    mine = or_(Appointment.host_id == person.id, _has(person))
    return select(Appointment).where(or_(mine, and_(offered, by_active)))


def is_taken() -> ColumnElement[bool]:
    """As a condition: it was made with somebody, or somebody has taken a seat."""
    return or_(Appointment.offer_id.is_(None), Appointment.guests.any(Guest.comes))


def may_see(person: Person, appointment: Appointment) -> bool:
    """Whether it is in somebody's calendar; the same rule as `appointments_of`."""
    return person.id in appointment.everybody()


def may_book(person: Person, appointment: Appointment) -> bool:
    """Whom it is offered to books it, until it is over; nobody with themselves."""
    if may_change(person, appointment) or not appointment.is_offered:
        return False
    seen = times_seen_by(person).where(Appointment.id == appointment.id)
    offered = seen.where(Appointment.offer_id.in_(_offered_to(person)))
    return db.session.scalar(offered.with_only_columns(Appointment.id)) is not None


def may_change(person: Person, appointment: Appointment) -> bool:
    """The host moves and cancels it, says who comes, and answers the questions for it."""
    return person.id == appointment.host_id


def may_leave(person: Person, appointment: Appointment) -> bool:
    """Whoever comes may say that they cannot, until it is over."""
    return not may_change(person, appointment) and may_see(person, appointment)


def guests_shown_to(person: Person, appointment: Appointment) -> list[Person]:
    """Who comes: the host and those who come together see it; in office hours the host alone."""
    shown = may_see(person, appointment) and are_guests_shown(person, appointment)
    return appointment.coming if shown else []


def are_guests_shown(person: Person, of: Appointment | Row[*tuple[Any, ...]]) -> bool:
    """The same rule for an appointment, or its kind and host, in somebody's calendar."""
    return of.kind not in DROPS_IN or person.id == of.host_id


def offered_to_by(host: Person) -> tuple[Select[Cohort], Select[School]]:
    """The open cohorts somebody is in or runs, and their school, for which they offer times.

    Whoever coaches in the whole district offers them to any of its schools.
    """
    cohorts = cohorts_seen_by(host).where(Cohort.is_open).order_by(Cohort.sort_key)
    schools = select(School).where(School.district_id == host.district_id)
    if not host.holds_at(None, RoleName.COACH):
        schools = schools.where(School.id == host.school_id)
    return cohorts.limit(100), schools.order_by(School.sort_key).limit(100)


def questions_read_by(person: Person) -> Select[HoursQuestion]:
    """One's own; the host's, once asked; and what is answered for all, by whoever sees the time."""
    seen = times_seen_by(person).with_only_columns(Appointment.id)
    hosted = select(Appointment.id).where(Appointment.host_id == person.id)
    return select(HoursQuestion).where(
        or_(
            HoursQuestion.asker_id == person.id,
            HoursQuestion.asked_at.is_not(None) & HoursQuestion.appointment_id.in_(hosted),
            HoursQuestion.for_all & HoursQuestion.appointment_id.in_(seen),
        )
    )


def may_answer(person: Person, question: HoursQuestion) -> bool:
    """The host answers what was asked; the asker's words are never the host's to change."""
    return question.asked_at is not None and may_change(person, question.appointment)


def may_thank(person: Person, appointment: Appointment) -> bool:
    """Whoever was a visitor of a classroom thanks the host, once it has begun."""
    is_open = appointment.kind is AppointmentKind.CLASSROOM
    return is_open and may_leave(person, appointment) and appointment.starts_at <= clock.now()


def thanks_read_by(person: Person) -> Select[Thanks]:
    """The host reads them, and each visitor their own; nobody else learns who came."""
    hosted = select(Appointment.id).where(Appointment.host_id == person.id)
    return select(Thanks).where(
        or_(Thanks.person_id == person.id, Thanks.appointment_id.in_(hosted))
    )


def _has(person: Person) -> ColumnElement[bool]:
    mine = select(Guest.appointment_id).where(Guest.person_id == person.id, Guest.comes)
    return Appointment.id.in_(mine)


def _offered_to(person: Person) -> Select[int]:
    """The offers to a coach's teachers, a cohort, a school or a district that somebody is in."""
    coaches = select(Coaching.coach_id).where(Coaching.teacher_id == person.id, Coaching.is_current)
    by_coach = select(Appointment.offer_id).where(Appointment.host_id.in_(coaches))
    own_school = false() if person.school_id is None else TimeOffer.school_id == person.school_id
    return select(TimeOffer.id).where(
        or_(
            and_(TimeOffer.for_teachers, TimeOffer.id.in_(by_coach)),
            TimeOffer.cohort_id.in_(cohort_ids_of(person)),
            own_school,
            TimeOffer.to_district,
        )
    )
