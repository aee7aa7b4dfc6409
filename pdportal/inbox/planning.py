"""When a notice goes by mail: at once or in the digest, outside quiet hours and days away.

Hours are those of the clock on the reader's wall. An hour that the clock jumps over in spring is
the hour after it, and one that comes twice in autumn is its first coming: a digest goes out once
a day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pdportal.inbox.models import DigestDays, Door, Wishes

SATURDAY = 5
"""The weekday on which a weekend begins, counted from Monday as 0."""


class Absence(NamedTuple):
    """Days on which somebody is away, both included, by the portal's clock."""

    first: date
    last: date
    zone: ZoneInfo


def mail_time(
    at: datetime, door: Door, wishes: Wishes, zone: ZoneInfo, absence: Absence | None = None
) -> datetime | None:
    """When what happened at a moment is to go by mail, in UTC; None: not by mail."""
    if door is Door.PORTAL:
        return None
    moment = at.astimezone(UTC)
    if door is Door.DIGEST:
        moment = _next_digest(at, wishes, zone, absence)
    while (later := _after_quiet(moment, wishes, zone, absence)) > moment:
        moment = later
    return moment


def _next_digest(at: datetime, wishes: Wishes, zone: ZoneInfo, absence: Absence | None) -> datetime:
    """The first digest at or after a moment, on a day that is not quiet as a whole."""
    day = at.astimezone(zone).date()
    while True:
        moment = _hour_of(day, wishes.digest_hour, zone)
        is_quiet = _quiet_days_end(moment, wishes, zone, absence) is not None
        if moment >= at and _has_digest(day, wishes.digest_days) and not is_quiet:
            return moment
        day += timedelta(days=1)


def _has_digest(day: date, days: DigestDays) -> bool:
    if days is DigestDays.MONDAY:
        return day.weekday() == 0
    return days is DigestDays.EVERY or day.weekday() < SATURDAY


def _after_quiet(
    moment: datetime, wishes: Wishes, zone: ZoneInfo, absence: Absence | None
) -> datetime:
    """The moment itself, or the end of what is quiet then; never earlier."""
    if (ends := _quiet_days_end(moment, wishes, zone, absence)) is not None:
        return ends
    local, first, last = moment.astimezone(zone), wishes.quiet_from, wishes.quiet_to
    if first is None or last is None:
        return moment
    if first < last:
        is_quiet, ends_tomorrow = first <= local.hour < last, False
    else:  # over midnight
        is_quiet, ends_tomorrow = local.hour >= first or local.hour < last, local.hour >= first
    if not is_quiet:
        return moment
    return max(moment, _hour_of(local.date() + timedelta(days=ends_tomorrow), last, zone))


def _quiet_days_end(
    moment: datetime, wishes: Wishes, zone: ZoneInfo, absence: Absence | None
) -> datetime | None:
    """When the days away or the weekend end in which a moment is; None: it is in neither."""
    if absence and absence.first <= moment.astimezone(absence.zone).date() <= absence.last:
        return _hour_of(absence.last + timedelta(days=1), 0, absence.zone)
    local = moment.astimezone(zone)
    if wishes.quiet_weekends and local.weekday() >= SATURDAY:
        return _hour_of(local.date() + timedelta(days=7 - local.weekday()), 0, zone)
    return None


def _hour_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """An hour of a day on the wall, in UTC, in which moments are compared."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
