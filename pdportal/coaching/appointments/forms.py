"""When and where something is, as people type it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TimeField
from wtforms.fields import SelectChoice

from pdportal.coaching.appointments.models import LONGEST_LINK, LONGEST_PLACE, Appointment
from pdportal.coaching.appointments.times import on_the_wall
from pdportal.web.forms import DueField, PortalForm, StartField, line_field, required
from pdportal.web.locale import say_minutes


class Span(NamedTuple):
    """From one moment to another, in UTC."""

    starts_at: datetime
    ends_at: datetime


class WhenAndWhere(PortalForm):
    """A day, from when to when, and a place or a link."""

    day = DueField(_l("Day"), validators=[required(_l("Choose a day."))])
    starts = TimeField(_l("From"), [required(_l("When does it start?"))])
    ends = TimeField(_l("To"), [required(_l("When does it end?"))])
    place = line_field(_l("Place"), LONGEST_PLACE)
    link = line_field(_l("Link"), LONGEST_LINK)

    @classmethod
    def of(cls, found: Appointment) -> Self:
        """The form as an appointment stands, on the clock it was made on."""
        zone = ZoneInfo(found.zone)
        starts, ends = found.starts_at.astimezone(zone), found.ends_at.astimezone(zone)
        times = {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
        return cls(**times, place=found.place, link=found.link)

    def span(self, zone: ZoneInfo) -> Span:
        """The two moments on the clock of a zone; refused if one is not on it."""
        day: date = self.day.data or date.min  # all three are required
        (found,) = spans([(day, self.starts.data, self.ends.data)], zone)
        return found


def spans(times: Iterable[tuple[date, time, time]], zone: ZoneInfo) -> list[Span]:
    """Days with two times each, on the clock of a zone; refused if one is not on it."""
    walls = [
        (on_the_wall(day, starts, zone, "starts"), on_the_wall(day, ends, zone, "ends"))
        for day, starts, ends in times
    ]
    if any(wall.is_twice for both in walls for wall in both):
        flash(_("The clock shows one of these times twice that day. The first is meant."))
    return [Span(first.moment, last.moment) for first, last in walls]


def start_field() -> StartField:
    """A box for when something begins, which `length_field` goes with."""
    return StartField(_l("When"), [required(_l("Say when."))])


def length_field(*minutes: int, default: int) -> SelectField:
    """A choice of how long it takes."""

    def choices() -> list[SelectChoice]:
        return [SelectChoice(each, say_minutes(each)) for each in minutes]

    return SelectField(_l("How long"), coerce=int, default=default, choices=choices)
