"""What pages, calendars and the agenda read of appointments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import BindParameter, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import ANYBODY
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.models import (
    DROPS_IN,
    KEEPS_FREE,
    Appointment,
    AppointmentKind,
    Guest,
    HoursQuestion,
    Thanks,
    name_of,
    page_of,
)
from pdportal.db import Moment, db, fetch_all
from pdportal.web.locale import local_day, zone_here

Bound = datetime | BindParameter[datetime]
BOOKED = (AppointmentKind.TALK, AppointmentKind.HOURS)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


class Week(NamedTuple):
    """What a page shows of a week."""

    monday: date
    before: date
    after: date
    days: list[tuple[date, list[Appointment]]]
    """The days that have something, each with its times in order."""
    next_day: date | None
    """Of an empty week: the day on which the first time after it is."""


def week_of(person: Person, kinds: Collection[AppointmentKind], day: date) -> Week:
    """What is offered in the week in which a day is, on the clock of the reader."""
    monday = day - timedelta(days=day.weekday())
    since, until = (_midnight(at) for at in (monday, monday + WEEK))
    times = offered_between(person, kinds, since, until)
    by_day = groupby(times, key=lambda each: local_day(each.starts_at))
    days = [(at, list(of)) for at, of in by_day]
    later = _offered(person, kinds).where(Appointment.starts_at >= until)
    first = later.with_only_columns(func.min(Appointment.starts_at))
    next_at = None if days else db.session.scalar(first)
    next_day = local_day(next_at) if next_at else None
    return Week(monday, monday - WEEK, monday + WEEK, days, next_day)


def offered_between(
    person: Person, kinds: Collection[AppointmentKind], since: datetime, until: datetime
) -> Sequence[Appointment]:
    """The offered times somebody sees that go on between two moments, the earliest first."""
    return _in_order(_between(_offered(person, kinds), since, until).limit(500))


class AgendaRow(NamedTuple):
    """One line of somebody's day."""

    starts_at: datetime
    title: str
    url: str
    where: str
    """A place, or else a link."""


def agenda_of(person: Person, day: date) -> Iterator[AgendaRow]:
    """What somebody has on a day where they live, in order."""
    hours = {"since": _midnight(day), "until": _midnight(day + DAY)}
    rows = fetch_all(_of_a_day(), {"person_id": person.id, **hours})
    for _id, of_one in groupby(rows, key=lambda row: row.id):
        each, *more = of_one
        guests = [each, *more] if policy.are_guests_shown(person, each) else []
        people = [(each.host_id, each.host), *((row.person_id, row.guest) for row in guests)]
        others = [name for ident, name in people if ident not in (person.id, None)]
        title = name_of(each.kind, each.title)
        if len(others) == 1:
            title = _("%(title)s: %(name)s", title=title, name=others[0])
        page = page_of(each.kind, each.id)
        yield AgendaRow(each.starts_at, title, page, each.place or each.link)


@cache
def _of_a_day() -> Select[*tuple[Any, ...]]:
    """Built once: every first screen of a coach asks it. A row for each guest, or one."""
    host, guest = aliased(Person), aliased(Person)
    since, until = (bindparam(name, type_=Moment()) for name in ("since", "until"))
    stand = policy.appointments_seen_by(ANYBODY).where(Appointment.stands)
    return (
        _between(stand, since, until)
        .join(host, host.id == Appointment.host_id)
        .outerjoin(Guest, and_(Guest.appointment_id == Appointment.id, Guest.comes))
        .outerjoin(guest, guest.id == Guest.person_id)
        .with_only_columns(
            *(Appointment.id, Appointment.kind, Appointment.title, Appointment.place),
            *(Appointment.link, Appointment.starts_at, Appointment.host_id),
            *(host.name.label("host"), Guest.person_id, guest.name.label("guest")),
        )
        .order_by(Appointment.starts_at, Appointment.id, Guest.person_id)
    )


def appointment_page(person: Person, appointment_id: int) -> Select[Appointment]:
    """One appointment, or time that is offered, with everybody in it."""
    return whole(policy.times_seen_by(person)).where(Appointment.id == appointment_id)


def whole(appointments: Select[Appointment]) -> Select[Appointment]:
    """The same with everybody in it; two statements, or one where nobody is found."""
    return appointments.options(
        joinedload(Appointment.host),
        joinedload(Appointment.offer),
        joinedload(Appointment.guests).joinedload(Guest.person),
        selectinload(Appointment.waiters),
    )


def others_free(person: Person, slot: Appointment, now: datetime) -> list[Appointment]:
    """The other times of the same offer that have room, to move to."""
    others = _offered(person, [slot.kind]).where(
        Appointment.offer_id == slot.offer_id,
        Appointment.id != slot.id,
        Appointment.starts_at > now,
    )
    return [each for each in _in_order(others.limit(40)) if each.free]


def clashes(
    person_ids: Iterable[int], starts: datetime, ends: datetime, *, beside: int = 0
) -> Select[Appointment]:
    """What these people have between two moments, beside the appointment with an id.

    Office hours and an open classroom keep their host free; whoever comes is there.
    """
    ids = set(person_ids)
    coming = select(Guest.appointment_id).where(Guest.person_id.in_(ids), Guest.comes)
    taking_place = and_(Appointment.id.in_(coming), Appointment.kind.not_in(DROPS_IN))
    hosts = and_(
        Appointment.host_id.in_(ids), Appointment.kind.not_in(KEEPS_FREE), policy.is_taken()
    )
    rows = select(Appointment).where(Appointment.stands, Appointment.id != beside)
    return _between(rows.where(or_(hosts, taking_place)), starts, ends)


def own_offered(host: Person, since: datetime, until: datetime) -> Sequence[Appointment]:
    """The times to book that somebody offers already between two moments."""
    own = select(Appointment).where(
        *(Appointment.host_id == host.id, Appointment.offer_id.is_not(None)),
        *(Appointment.kind.in_(BOOKED), Appointment.stands),
    )
    return db.session.scalars(_between(own, since, until)).all()


def later_of(appointment: Appointment) -> Sequence[Appointment]:
    """The times of the same offer that come after one, and stand."""
    if appointment.offer_id is None:
        return []
    same = select(Appointment).where(Appointment.offer_id == appointment.offer_id)
    later = same.where(Appointment.stands, Appointment.starts_at > appointment.starts_at)
    return db.session.scalars(later.order_by(Appointment.starts_at)).all()


def questions(person: Person, hours: Appointment) -> list[tuple[HoursQuestion, int | None]]:
    """What somebody reads of the queue of office hours, each with its place while it waits."""
    order = HoursQuestion.asked_at, HoursQuestion.id
    waits = HoursQuestion.asked_at.is_not(None) & HoursQuestion.answered_at.is_(None)
    of_these = HoursQuestion.appointment_id == hours.id
    queue = (
        select(HoursQuestion.id, func.row_number().over(order_by=order).label("place"))
        .where(of_these, waits)
        .subquery()
    )
    rows = (
        policy.questions_read_by(person)
        .where(of_these)
        .outerjoin(queue, queue.c.id == HoursQuestion.id)
        .add_columns(queue.c.place)
        .options(joinedload(HoursQuestion.asker))
    )
    return [(question, place) for question, place in db.session.execute(rows.order_by(*order))]


def thanks_for(person: Person, lesson: Appointment) -> Sequence[Thanks]:
    """What visitors said to the host of a classroom: all of it for the host, else one's own."""
    rows = policy.thanks_read_by(person).where(Thanks.appointment_id == lesson.id)
    rows = rows.options(joinedload(Thanks.person))
    return db.session.scalars(rows.order_by(Thanks.thanked_at)).all()


def _offered(person: Person, kinds: Collection[AppointmentKind]) -> Select[Appointment]:
    return policy.times_seen_by(person).where(
        Appointment.offer_id.is_not(None), Appointment.kind.in_(kinds), Appointment.stands
    )


def _between(rows: Select[Appointment], since: Bound, until: Bound) -> Select[Appointment]:
    return rows.where(Appointment.ends_at > since, Appointment.starts_at < until)


def _in_order(rows: Select[Appointment]) -> Sequence[Appointment]:
    in_order = whole(rows).order_by(Appointment.starts_at, Appointment.id)
    return db.session.scalars(in_order).unique().all()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone_here())
