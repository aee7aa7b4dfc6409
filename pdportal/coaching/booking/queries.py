"""What the pages of booking and of open classrooms read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from pdportal.accounts.models import Person
from pdportal.coaching.agenda import AgendaRow
from pdportal.coaching.appointments.kinds import name_of
from pdportal.coaching.appointments.models import Appointment, AppointmentKind, Guest
from pdportal.coaching.booking import policy
from pdportal.coaching.booking.models import HoursQuestion, Slot, SlotOffer, Thanks, Waiter
from pdportal.db import db
from pdportal.inbox.services import address
from pdportal.web.locale import zone_here

BOOKED = (AppointmentKind.TALK, AppointmentKind.HOURS)
Rows = Sequence[Row[*tuple[Any, ...]]]
"""Rows of columns that a template reads by name."""


def slots_between(
    person: Person, kinds: Iterable[AppointmentKind], since: datetime, until: datetime
) -> Rows:
    """The times somebody sees from `since` to `until`, with what is theirs in each."""
    coming = select(func.count()).where(
        Guest.appointment_id == Slot.appointment_id, Guest.comes
    ).correlate(Slot)  # fmt: skip
    waiting = select(func.count()).where(Waiter.slot_id == Slot.id).correlate(Slot)
    held = waiting.where(Waiter.lease_until.is_not(None))
    mine = coming.where(Guest.person_id == person.id)
    my_wait = waiting.where(Waiter.person_id == person.id)
    guest = aliased(Person)
    who = (
        select(func.min(guest.name))
        .join(Guest, Guest.person_id == guest.id)
        .where(Guest.appointment_id == Slot.appointment_id, Guest.comes)
        .where(SlotOffer.host_id == person.id, SlotOffer.room == 1)
        .correlate(Slot, SlotOffer)
    )
    rows = (
        policy.slots_seen_by(person)
        .join(Person, Person.id == SlotOffer.host_id)
        .where(SlotOffer.kind.in_(kinds), Slot.stands, Slot.ends_at > since, Slot.starts_at < until)
        .with_only_columns(
            *(Slot.id, Slot.starts_at, Slot.ends_at, SlotOffer.zone, SlotOffer.kind),
            *(SlotOffer.title, SlotOffer.about, SlotOffer.place, SlotOffer.room),
            SlotOffer.host_id,
            Person.name.label("host_name"),
            coming.scalar_subquery().label("coming"),
            held.scalar_subquery().label("held"),
            mine.scalar_subquery().label("mine"),
            my_wait.scalar_subquery().label("waits"),
            who.scalar_subquery().label("who"),
        )
    )
    return db.session.execute(rows.order_by(Slot.starts_at, Slot.id).limit(500)).all()


def next_after(
    person: Person, kinds: Iterable[AppointmentKind], moment: datetime
) -> datetime | None:
    """When the first time begins that somebody sees after a moment."""
    rows = policy.slots_seen_by(person).where(
        SlotOffer.kind.in_(kinds), Slot.stands, Slot.starts_at >= moment
    )
    first = rows.with_only_columns(Slot.starts_at).order_by(Slot.starts_at).limit(1)
    return db.session.scalar(first)


def hours_on(host: Person, day: date) -> Iterator[AgendaRow]:
    """Office hours that somebody holds on a day and nobody has said to come to, for the agenda."""
    since = datetime.combine(day, time(), zone_here())
    rows = (
        policy.slots_seen_by(host)
        .where(
            SlotOffer.host_id == host.id,
            SlotOffer.kind == AppointmentKind.HOURS,
            Slot.stands,
            Slot.appointment_id.is_(None),
            Slot.starts_at >= since,
            Slot.starts_at < since + timedelta(days=1),
        )
        .with_only_columns(
            Slot.id, Slot.starts_at, Slot.ends_at, SlotOffer.title, SlotOffer.place, SlotOffer.link
        )
    )
    for row in db.session.execute(rows):
        yield AgendaRow(
            row.starts_at,
            name_of(AppointmentKind.HOURS, row.title),
            address("coaching.slot", slot_id=row.id),
            ends_at=row.ends_at,
            where=row.place or row.link,
        )


def slot_page(person: Person, slot_id: int) -> Select[Slot]:
    """One time with everybody in it."""
    return whole(policy.slots_seen_by(person)).where(Slot.id == slot_id)


def whole(slots: Select[Slot]) -> Select[Slot]:
    """The same with all that a time has; two statements."""
    appointment = joinedload(Slot.appointment).joinedload(Appointment.guests)
    return slots.options(
        joinedload(Slot.offer).joinedload(SlotOffer.host),
        appointment.joinedload(Guest.person),
        selectinload(Slot.waiters),
    )


def others_free(person: Person, slot: Slot, now: datetime) -> Sequence[Slot]:
    """The other times of the same offer that have room, to move to."""
    rows = whole(policy.slots_seen_by(person)).where(
        Slot.offer_id == slot.offer_id, Slot.id != slot.id, Slot.stands, Slot.starts_at > now
    )
    found = db.session.scalars(rows.order_by(Slot.starts_at).limit(40)).unique()
    return [each for each in found if each.free]


def questions(person: Person, slot: Slot) -> Sequence[HoursQuestion]:
    """What somebody reads of the queue of office hours, in its order."""
    rows = policy.questions_read_by(person).where(HoursQuestion.slot_id == slot.id)
    return db.session.scalars(
        rows.options(joinedload(HoursQuestion.asker)).order_by(
            HoursQuestion.asked_at, HoursQuestion.id
        )
    ).all()


def places_in_queue(person: Person, slot: Slot) -> dict[int, int]:
    """Of somebody's questions that wait, how many are before each, and it: 1 is next."""
    other = aliased(HoursQuestion)
    before = select(func.count()).where(
        other.slot_id == HoursQuestion.slot_id,
        other.answered_at.is_(None),
        or_(
            other.asked_at < HoursQuestion.asked_at,
            and_(other.asked_at == HoursQuestion.asked_at, other.id <= HoursQuestion.id),
        ),
    )
    own = (
        policy.questions_read_by(person)
        .where(
            HoursQuestion.slot_id == slot.id,
            HoursQuestion.asker_id == person.id,
            HoursQuestion.asked_at.is_not(None),
            HoursQuestion.answered_at.is_(None),
        )
        .with_only_columns(HoursQuestion.id, before.correlate(HoursQuestion).scalar_subquery())
    )
    return {row[0]: row[1] for row in db.session.execute(own)}


def own_offers_clashing(host: Person, since: datetime, until: datetime) -> Rows:
    """The times to book that somebody offers already between two moments."""
    rows = (
        select(Slot.starts_at, Slot.ends_at)
        .join(SlotOffer, SlotOffer.id == Slot.offer_id)
        .where(
            SlotOffer.host_id == host.id,
            SlotOffer.kind.in_(BOOKED),
            Slot.stands,
            Slot.starts_at < until,
            Slot.ends_at > since,
        )
    )
    return db.session.execute(rows).all()


def ahead_of(slot: Slot) -> Sequence[Slot]:
    """A time and those of its offer that come after it, which stand."""
    rows = select(Slot).where(Slot.offer_id == slot.offer_id, Slot.stands)
    later = rows.where(Slot.starts_at >= slot.starts_at).order_by(Slot.starts_at)
    return db.session.scalars(later).all()


def thanks_for(person: Person, slot: Slot) -> Sequence[Thanks]:
    """What visitors said to the host of a classroom: all of it for the host, else one's own."""
    rows = policy.thanks_read_by(person).where(Thanks.slot_id == slot.id)
    rows = rows.options(joinedload(Thanks.person))
    return db.session.scalars(rows.order_by(Thanks.thanked_at)).all()
