"""Times on the clock on the wall: made into moments, and said for readers elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import has_request_context
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from pdportal.web.errors import Refused
from pdportal.web.locale import zone_here


class Wall(NamedTuple):
    """A time on the wall as a moment."""

    moment: datetime
    """In UTC."""
    is_twice: bool
    """Whether the clock shows this time twice that day; the moment is the first."""


def on_the_wall(day: date, at: time, zone: ZoneInfo, field: str | None = None) -> Wall:
    """The moment at which the clock of a zone shows this; refused if it skips it that day."""
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        shown = dates.format_time(at, "short", locale=get_locale() or "en")
        message = _("There is no %(time)s on that day: the clock goes forward. Choose another.")
        raise Refused(message % {"time": shown}, status=422, field=field)
    is_twice = local.replace(fold=1).utcoffset() != local.utcoffset()
    return Wall(moment, is_twice)


def say_span(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """From when to when, on the clock of a zone: Tue, Dec 1, 3:30 – 3:50 PM."""
    locale = Locale.parse(str(get_locale() or "en"))
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    if first.date() != last.date():
        both = (dates.format_datetime(each, "short", locale=locale) for each in (first, last))
        return " – ".join(both)
    day = dates.format_skeleton("MMMEd", first.date(), locale=locale)
    return _("%(day)s, %(span)s", day=day, span=_hours(first, last, zone, locale))


def say_hours(starts: datetime, ends: datetime, zone: str) -> str:
    """For a line below its day: the hours alone, where the host's clock shows the same."""
    here, host = zone_here(), ZoneInfo(zone)
    first, last = starts.astimezone(here), ends.astimezone(here)
    if not _show_the_same(here, host, starts) or first.date() != last.date():
        return say_here(starts, ends, zone)
    return _hours(first, last, here, Locale.parse(str(get_locale() or "en")))


def say_here(starts: datetime, ends: datetime, zone: str) -> str:
    """The same for whoever reads the page; with the host's clock where it shows another time.

    In a mail, which knows no reader's zone, the host's clock with its name.
    """
    host = ZoneInfo(zone)
    if not (has_request_context() and current_user.is_authenticated):
        return _(
            "%(when)s (%(zone)s)", when=say_span(starts, ends, host), zone=_zone_name(host, starts)
        )
    here = zone_here()
    ours = say_span(starts, ends, here)
    if _show_the_same(here, host, starts):
        return ours
    theirs = say_span(starts, ends, host)
    return _(
        "%(when)s your time (%(there)s, %(zone)s)",
        when=ours, there=theirs, zone=_zone_name(host, starts),
    )  # fmt: skip


def _hours(first: datetime, last: datetime, zone: ZoneInfo, locale: Locale) -> str:
    shape = "Hm" if "H" in locale.time_formats["short"].pattern else "hm"
    return dates.format_interval(first, last, shape, tzinfo=zone, locale=locale)


def _show_the_same(zone: ZoneInfo, other: ZoneInfo, moment: datetime) -> bool:
    return moment.astimezone(zone).utcoffset() == moment.astimezone(other).utcoffset()


def _zone_name(zone: ZoneInfo, moment: datetime) -> str:
    return dates.get_timezone_name(moment.astimezone(zone), locale=get_locale() or "en")
