"""Language, time zone, and how dates and lengths of time are said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_babel, get_timezone
from flask_login import current_user

from pdportal import clock
from pdportal.web.words import gettext as _
from pdportal.web.words import language, ngettext

babel = Babel()

SKELETONS = {"MMMd", "yMMMd", "yMMMM"}


def register(app: Flask) -> None:
    """Choose locale and zone by the person, then the browser, then the settings."""
    babel.init_app(
        app,
        locale_selector=_locale,  # type: ignore[arg-type]  # it may give a Locale, too
        timezone_selector=_zone,
    )
    app.add_template_filter(say_when)
    app.add_template_filter(say_time)
    app.add_template_filter(say_day)
    app.add_template_filter(say_date)
    app.add_template_filter(say_month)
    app.add_template_filter(local_day)
    app.add_template_filter(say_minutes)
    app.add_template_filter(say_clock)


def zone_here() -> ZoneInfo:
    """The time zone of whoever reads this page."""
    known: ZoneInfo | None = g.get("zone")
    if known is None:
        known = ZoneInfo(str(get_timezone() or current_app.config["BABEL_DEFAULT_TIMEZONE"]))
        g.zone = known
    return known


def portal_zone() -> ZoneInfo:
    """The time zone of the portal, by which jobs and pages alike tell who is away."""
    return ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])


def portal_today() -> date:
    """The day by the portal's clock."""
    return clock.today(portal_zone())


def say_when(moment: datetime) -> str:
    """A moment as one says it: "10 minutes ago", "yesterday at 16:30", "3 Nov"."""
    passed = clock.now() - moment
    local = moment.astimezone(zone_here())
    days = (clock.today(zone_here()) - local.date()).days
    if timedelta(0) <= passed < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        count = int(passed.total_seconds() // 60)
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", count)
    at = say_time(moment)
    if days == 0:
        return _("today at %(time)s", time=at)
    if days == 1:
        return _("yesterday at %(time)s", time=at)
    if days == -1:
        return _("tomorrow at %(time)s", time=at)
    return say_day(local.date())


def local_day(moment: datetime) -> date:
    """The date of a moment where the reader lives."""
    return moment.astimezone(zone_here()).date()


class Wording(NamedTuple):
    """What days and moments are said by, beside themselves: for the key of a part that is kept."""

    day: date
    zone: str
    minutes: tuple[int, ...] = ()
    """Of the moments that are so young that their words change by the minute."""

    @property
    def holds(self) -> bool:
        """Whether the words stay for the day; a large part is not kept for a minute."""
        return not self.minutes


def wording_of(moments: Iterable[datetime]) -> Wording:
    """How these moments are said now."""
    now, zone = clock.now(), zone_here()
    passed = ((now - moment).total_seconds() for moment in moments)
    minutes = tuple(int(each // 60) for each in passed if 0 <= each < 3600)
    return Wording(clock.today(zone), zone.key, minutes)


def say_time(moment: datetime) -> str:
    """The time of the day where the reader lives: 16:30, or 4:30 PM."""
    local = moment.astimezone(zone_here())
    return _formatted(time(local.hour, local.minute), "short", _spoken())


def say_day(day: date) -> str:
    """A date as one says it: today, tomorrow, a weekday nearby, else day and month."""
    today = clock.today(zone_here())
    away = (day - today).days
    if away == 0:
        return _("today")
    if away == 1:
        return _("tomorrow")
    if away == -1:
        return _("yesterday")
    if 1 < away < 7:
        return _formatted(day, "EEEE", _spoken())
    return _formatted(day, "MMMd" if day.year == today.year else "yMMMd", _spoken())


def say_date(day: date) -> str:
    """A date in full: Tuesday, November 24, 2026."""
    return _formatted(day, "full", _spoken())


def say_month(day: date) -> str:
    """The month of a day: November 2026."""
    return _formatted(day, "yMMMM", _spoken())


def month_asked(text: str) -> date | None:
    """The first day of a month as an address names it, 2026-11; None for anything else."""
    asked = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return date(int(asked[1]), int(asked[2]), 1) if asked else None


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


@lru_cache(maxsize=5000)
def _formatted(value: date | time, shape: str, locale: str) -> str:
    """Kept: a page says the same few days and times again and again, and saying one is slow.

    `shape` is a CLDR pattern or length; for a date also a skeleton, whose parts come in the order
    of the language.
    """
    if isinstance(value, time):
        return dates.format_time(value, shape, locale=locale)
    if shape in SKELETONS:
        return dates.format_skeleton(shape, value, locale=locale)
    return dates.format_date(value, shape, locale=locale)


def _spoken() -> str:
    return language().code or str(current_app.config["BABEL_DEFAULT_LOCALE"])


def say_minutes(minutes: float) -> str:
    """A length of time, honest to five minutes once it is long."""
    whole = max(1, round(minutes))
    if whole < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", whole)
    hours, rest = divmod(5 * round(whole / 5), 60)
    if not rest:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def say_clock(seconds: float) -> str:
    """A place on a clip: 1:05, or 1:02:09."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def get_locale_code() -> str:
    """The language of the page, as in `<html lang>`."""
    return _spoken().split("_")[0]


def _locale() -> Locale | None:
    if has_request_context():
        offered = _offered()
        chosen = getattr(current_user, "locale", None)
        if chosen and str(chosen) in offered:
            return offered[str(chosen)]
        usual = current_app.config["BABEL_DEFAULT_LOCALE"]
        return offered.get(request.accept_languages.best_match(offered) or usual)
    return None


def _offered() -> dict[str, Locale]:
    """The languages there are words for, looked up on the disk once."""
    extensions = current_app.extensions
    if "pdportal.languages" not in extensions:
        languages = {str(locale): locale for locale in get_babel().instance.list_translations()}
        extensions["pdportal.languages"] = languages
    offered: dict[str, Locale] = extensions["pdportal.languages"]
    return offered


def _zone() -> str | None:
    if has_request_context():
        return getattr(current_user, "time_zone", None)
    return None
