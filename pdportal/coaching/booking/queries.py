"""What the pages of booking and of open classrooms read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from pdportal.accounts.models import Person
from pdportal.coaching.agenda import AgendaRow
from pdportal.coaching.appointments.kinds import name_of
from pdportal.coaching.appointments.models import Appointment, AppointmentKind, Guest
from pdportal.coaching.booking import policy
from pdportal.coaching.booking.models import HoursQuestion, Slot, SlotOffer, Thanks
from pdportal.db import db
from pdportal.web.locale import local_day, zone_here

BOOKED = (AppointmentKind.TALK, AppointmentKind.HOURS)
WEEK = timedelta(weeks=1)


class Week(NamedTuple):
    """What a page shows of a week."""

    monday: date
    before: date
    after: date
    days: list[tuple[date, list[Slot]]]
    """The days that have something, each with its times in order."""
    next_day: date | None
    """Of an empty week: the day on which the first time after it is."""


def week_of(person: Person, kinds: Collection[AppointmentKind], day: date) -> Week:
    """The week in which a day is, on the clock of the reader."""
    monday = day - timedelta(days=day.weekday())
    since, until = (datetime.combine(at, time(), zone_here()) for at in (monday, monday + WEEK))
    slots = slots_between(person, kinds, since, until)
    by_day = groupby(slots, key=lambda slot: local_day(slot.starts_at))
    later = policy.slots_seen_by(person).where(
        SlotOffer.kind.in_(kinds), Slot.stands, Slot.starts_at >= until
    )
    first = None if slots else db.session.scalar(later.with_only_columns(func.min(Slot.starts_at)))
    days = [(at, list(of)) for at, of in by_day]
    next_day = local_day(first) if first else None
    return Week(monday, monday - WEEK, monday + WEEK, days, next_day)


def slots_between(
    person: Person, kinds: Collection[AppointmentKind], since: datetime, until: datetime
) -> Sequence[Slot]:
    """The times somebody sees that go on between two moments, the earliest first."""
    rows = whole(policy.slots_seen_by(person)).where(
        SlotOffer.kind.in_(kinds), Slot.stands, Slot.ends_at > since, Slot.starts_at < until
    )
    found = db.session.scalars(rows.order_by(Slot.starts_at, Slot.id).limit(500))
    return found.unique().all()


def hours_on(host: Person, day: date) -> Iterator[AgendaRow]:
    """Office hours that somebody holds on a day and nobody has said to come to, for the agenda."""
    since = datetime.combine(day, time(), zone_here())
    kinds = [AppointmentKind.HOURS]
    for slot in slots_between(host, kinds, since, since + timedelta(days=1)):
        if slot.offer.host_id == host.id and slot.appointment is None:
            offer, title = slot.offer, name_of(slot.offer.kind, slot.offer.title)
            where = offer.place or offer.link
            yield AgendaRow(slot.starts_at, title, slot.page, ends_at=slot.ends_at, where=where)


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


def others_free(person: Person, slot: Slot, now: datetime) -> list[Slot]:
    """The other times of the same offer that have room, to move to."""
    rows = whole(policy.slots_seen_by(person)).where(
        Slot.offer_id == slot.offer_id, Slot.id != slot.id, Slot.stands, Slot.starts_at > now
    )
    found = db.session.scalars(rows.order_by(Slot.starts_at).limit(40)).unique()
    return [each for each in found if each.free]


def questions(person: Person, slot: Slot) -> list[tuple[HoursQuestion, int | None]]:
    """What somebody reads of the queue of office hours, each with its place while it waits."""
    order = HoursQuestion.asked_at, HoursQuestion.id
    waits = HoursQuestion.asked_at.is_not(None) & HoursQuestion.answered_at.is_(None)
    queue = (
        select(HoursQuestion.id, func.row_number().over(order_by=order).label("place"))
        .where(HoursQuestion.slot_id == slot.id, waits)
        .subquery()
    )
    rows = (
        policy.questions_read_by(person)
        .where(HoursQuestion.slot_id == slot.id)
        .outerjoin(queue, queue.c.id == HoursQuestion.id)
        .add_columns(queue.c.place)
        .options(joinedload(HoursQuestion.asker))
    )
    return [(question, place) for question, place in db.session.execute(rows.order_by(*order))]


def thanks_for(person: Person, slot: Slot) -> Sequence[Thanks]:
    """What visitors said to the host of a classroom: all of it for the host, else one's own."""
    rows = policy.thanks_read_by(person).where(Thanks.slot_id == slot.id)
    rows = rows.options(joinedload(Thanks.person))
    return db.session.scalars(rows.order_by(Thanks.thanked_at)).all()
