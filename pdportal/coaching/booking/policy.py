"""Who offers times to whom, who sees them, and who reads a question.

Leads see what is offered to them like anybody else, and never who booked, came or asked.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from pdportal import clock
from pdportal.accounts.models import Person, RoleName, School
from pdportal.coaching.appointments.models import Guest
from pdportal.coaching.booking.models import HoursQuestion, Slot, SlotOffer, Thanks
from pdportal.cohorts.models import Coaching, Cohort
from pdportal.cohorts.policy import cohort_ids_of, cohorts_seen_by, people_in_district_of
from pdportal.db import db


def slots_seen_by(person: Person) -> Select[Slot]:
    """One's own, those one has booked, and those offered to oneself that stand."""
    booked = select(Guest.appointment_id).where(Guest.person_id == person.id, Guest.comes)
    return (
        select(Slot)
        .join(SlotOffer, SlotOffer.id == Slot.offer_id)
        .where(
            or_(
                SlotOffer.host_id == person.id,
                Slot.appointment_id.in_(booked),
                and_(Slot.stands, _is_offered_to(person)),
            )
        )
    )


def may_book(person: Person, slot: Slot) -> bool:
    """Whom it is offered to books it, while it stands and is not over; nobody with themselves."""
    if slot.offer.host_id == person.id or not slot.is_ahead:
        return False
    offered = select(SlotOffer.id).where(SlotOffer.id == slot.offer_id, _is_offered_to(person))
    return db.session.scalar(offered) is not None


def may_run(person: Person, slot: Slot) -> bool:
    """The host withdraws a time, and reads and answers the questions for it."""
    return slot.offer.host_id == person.id


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
    seen = slots_seen_by(person).with_only_columns(Slot.id)
    hosted = seen.where(SlotOffer.host_id == person.id)
    return select(HoursQuestion).where(
        or_(
            HoursQuestion.asker_id == person.id,
            and_(HoursQuestion.asked_at.is_not(None), HoursQuestion.slot_id.in_(hosted)),
            and_(HoursQuestion.for_all, HoursQuestion.slot_id.in_(seen)),
        )
    )


def may_answer(person: Person, question: HoursQuestion) -> bool:
    """The host answers what was asked; the asker's words are never the host's to change."""
    return question.asked_at is not None and may_run(person, question.slot)


def may_thank(person: Person, slot: Slot) -> bool:
    """Whoever was a visitor thanks the host, once it has begun."""
    return person in slot.coming and not may_run(person, slot) and slot.starts_at <= clock.now()


def thanks_read_by(person: Person) -> Select[Thanks]:
    """The host reads them, and each visitor their own; nobody else learns who came."""
    hosted = (
        select(Slot.id).join(SlotOffer, SlotOffer.id == Slot.offer_id)
        .where(SlotOffer.host_id == person.id)
    )  # fmt: skip
    return select(Thanks).where(or_(Thanks.person_id == person.id, Thanks.slot_id.in_(hosted)))


def _is_offered_to(person: Person) -> ColumnElement[bool]:
    """As a condition on `SlotOffer`: to a coach's teachers, a cohort, a school or a district."""
    coaches = select(Coaching.coach_id).where(Coaching.teacher_id == person.id, Coaching.is_current)
    own_school = false() if person.school_id is None else SlotOffer.school_id == person.school_id
    in_district = people_in_district_of(person).with_only_columns(Person.id)
    return and_(
        SlotOffer.host_id.in_(in_district.where(Person.active)),
        or_(
            and_(SlotOffer.for_teachers, SlotOffer.host_id.in_(coaches)),
            SlotOffer.cohort_id.in_(cohort_ids_of(person)),
            own_school,
            SlotOffer.to_district,
        ),
    )
