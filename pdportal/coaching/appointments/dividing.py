"""A stretch of time divided into slots, and the weeks on which it is repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

MOST_SLOTS = 200
WEEK = timedelta(weeks=1)


def days(first: date, until: date | None, skipped: set[date]) -> list[date]:
    """The first day, and the same day of each week until a date; without those skipped."""
    found: list[date] = []
    day = first
    while day == first or (until is not None and day <= until and len(found) <= MOST_SLOTS):
        found.append(day)
        day += WEEK
    return [day for day in found if day not in skipped]


def divide(
    starts: time,
    ends: time,
    minutes: int = 0,
    pause: int = 0,
    rest: tuple[time, time] | None = None,
) -> Iterator[tuple[time, time]]:
    """Slots of some minutes with pauses between them; the whole if `minutes` is 0.

    None lies in the `rest`, such as lunch: the next begins after it.
    """
    day = date(2000, 1, 1)
    at, end = datetime.combine(day, starts), datetime.combine(day, ends)
    length = timedelta(minutes=minutes) if minutes else end - at
    while timedelta(0) < length <= end - at:
        over = at + length
        if rest and at < datetime.combine(day, rest[1]) and over > datetime.combine(day, rest[0]):
            at = max(at + timedelta(minutes=1), datetime.combine(day, rest[1]))
            continue
        yield at.time(), over.time()
        at = over + timedelta(minutes=pause)


def read_days(typed: str, first: date) -> set[date] | None:
    """Days as somebody types them, `12/22, 1/5` or `2026-12-22`; None if one cannot be read.

    A day without a year is the first one at or after `first`.
    """
    found = set()
    for words in re.split(r"[\s,;]+", typed.strip()):
        if not words:
            continue
        try:
            if words.count("/") == 1:
                month, day = map(int, words.split("/"))
                read = date(first.year, month, day)
                read = read if read >= first else date(first.year + 1, month, day)
            else:
                read = date.fromisoformat(words)
        except (ValueError, OverflowError):
            return None
        found.add(read)
    return found
