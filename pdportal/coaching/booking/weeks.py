"""A week on a page: its days with their times, and the weeks beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask import request

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.booking.queries import next_after, slots_between
from pdportal.web.locale import local_day, zone_here


class Week(NamedTuple):
    """What a page shows of a week."""

    monday: date
    days: list[tuple[date, list[Any]]]
    """The days that have something, each with its times in order."""
    next_day: date | None = None
    """Of an empty week: the day on which the first time after it is."""

    @property
    def before(self) -> date:
        """A day of the week before."""
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        """A day of the next week."""
        return self.monday + timedelta(days=7)


def week_of(person: Person, kinds: Iterable[AppointmentKind]) -> Week:
    """The week that the address names, else this one; on the clock of the reader."""
    zone = zone_here()
    try:
        day = date.fromisoformat(request.args.get("week", ""))
        day = day if 2000 <= day.year <= 2200 else clock.today(zone)
    except ValueError:
        day = clock.today(zone)
    monday = day - timedelta(days=day.weekday())
    since = datetime.combine(monday, time(), zone)
    until = datetime.combine(monday + timedelta(days=7), time(), zone)
    rows = slots_between(person, kinds, since, until)
    by_day = groupby(rows, key=lambda row: local_day(row.starts_at))
    days = [(each, list(times)) for each, times in by_day]
    later = None if days else next_after(person, kinds, until)
    return Week(monday, days, local_day(later) if later else None)
