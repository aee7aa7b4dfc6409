"""When and where something is, as people type it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TimeField

from pdportal.coaching.appointments.models import LONGEST_LINK, LONGEST_PLACE
from pdportal.coaching.appointments.times import on_the_wall
from pdportal.web.forms import DueField, PortalForm, line_field, required


class Span(NamedTuple):
    """From one moment to another, in UTC."""

    starts_at: datetime
    ends_at: datetime


class WhenAndWhere(PortalForm):
    """A day, from when to when, and a place or a link."""

    day = DueField(_l("Day"), validators=[required(_l("Choose a day."))])
    starts = TimeField(_l("From"), validators=[required(_l("When does it start?"))])
    ends = TimeField(_l("To"), validators=[required(_l("When does it end?"))])
    place = line_field(_l("Place"), LONGEST_PLACE)
    link = line_field(_l("Link"), LONGEST_LINK)

    def span(self, zone: ZoneInfo) -> Span:
        """The two moments on the clock of a zone; refused if one is not on it."""
        day: date = self.day.data or date.min  # all three are required
        starts = on_the_wall(day, self.starts.data, zone, "starts")
        ends = on_the_wall(day, self.ends.data, zone, "ends")
        if starts.is_twice or ends.is_twice:
            flash(_("The clock shows one of these times twice that day. The first is meant."))
        return Span(starts.moment, ends.moment)
