"""What pages, calendars and the agenda read of appointments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.coaching.agenda import AgendaRow
from pdportal.coaching.appointments import policy
from pdportal.coaching.appointments.kinds import DROPS_IN, KEEPS_FREE, name_of, page_of
from pdportal.coaching.appointments.models import Appointment, Guest
from pdportal.db import db
from pdportal.web.locale import zone_here


def with_people(appointments: Select[Appointment]) -> Select[Appointment]:
    """The same with everybody in it, in one statement."""
    guests = joinedload(Appointment.guests).joinedload(Guest.person)
    return appointments.options(joinedload(Appointment.host), guests)


def appointment_page(person: Person, appointment_id: int) -> Select[Appointment]:
    """One appointment with everybody in it."""
    return with_people(policy.appointments_seen_by(person)).where(Appointment.id == appointment_id)


def appointments_between(person: Person, since: datetime, until: datetime) -> Sequence[Appointment]:
    """Those that stand and go on at some time from `since` to `until`, the earliest first."""
    rows = with_people(policy.appointments_seen_by(person)).where(
        Appointment.stands, Appointment.ends_at > since, Appointment.starts_at < until
    )
    found = db.session.scalars(rows.order_by(Appointment.starts_at, Appointment.id))
    return found.unique().all()


def appointments_on(person: Person, day: date) -> Iterator[AgendaRow]:
    """The lines of a day where the reader lives, for their agenda."""
    zone = zone_here()
    since = datetime.combine(day, time(), zone)
    until = datetime.combine(day + timedelta(days=1), time(), zone)
    for each in appointments_between(person, since, until):
        others = [who.name for who in (each.host, *each.coming) if who.id != person.id]
        title = name_of(each.kind, each.title)
        if len(others) == 1:
            title = _("%(title)s: %(name)s", title=title, name=others[0])
        page = page_of(each.kind, each.id)
        yield AgendaRow(each.starts_at, title, page, ends_at=each.ends_at, where=each.where)


def clashes(
    person_ids: Iterable[int], starts: datetime, ends: datetime, *, beside: int = 0
) -> Select[Appointment]:
    """What these people have between two moments, beside the appointment with an id.

    Office hours and an open classroom keep their host free; whoever comes is there.
    """
    ids = set(person_ids)
    coming = select(Guest.appointment_id).where(Guest.person_id.in_(ids), Guest.comes)
    there = Appointment.id.in_(coming)
    hosts = and_(Appointment.host_id.in_(ids), Appointment.kind.not_in(KEEPS_FREE))
    return select(Appointment).where(
        Appointment.stands,
        Appointment.id != beside,
        Appointment.starts_at < ends,
        Appointment.ends_at > starts,
        or_(hosts, and_(there, Appointment.kind.not_in(DROPS_IN))),
    )
