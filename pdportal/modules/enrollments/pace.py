"""A plan from what is left: which pages on which days, by a date or by minutes a week.

Nothing of a plan is stored but the date, the minutes and the days: each look plans anew from what
is left, so whoever falls behind finds a new plan and no blame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

WEEKDAYS = "01234"
"""Monday to Friday: the days of whoever has chosen none."""
FARTHEST = timedelta(days=400)


@dataclass(frozen=True)
class Sitting:
    """Pages for one day, each with a title, an address and minutes."""

    day: date
    pages: tuple[Any, ...]

    @property
    def minutes(self) -> int:
        """How long the pages of this day take."""
        return sum(page.minutes for page in self.pages)


def plan(
    pages: Sequence[Any],
    today: date,
    *,
    days: str = "",
    until: date | None = None,
    weekly: int | None = None,
) -> list[Sitting]:
    """The sittings that are left, in order; none where neither a date nor minutes are given.

    With a date whose days are over, a page on each of the chosen days from today on.
    """
    chosen = set(map(int, days or WEEKDAYS))
    open_days = [
        day
        for day in (today + timedelta(days=n) for n in range(FARTHEST.days))
        if day.weekday() in chosen
    ]
    if not pages or (until is None and not weekly):
        return []
    if weekly:
        return _by_week(pages, open_days, weekly, weekly / len(chosen))
    left = [day for day in open_days if until is None or day <= until] or open_days[: len(pages)]
    return _by_day(pages, left)


def _by_day(pages: Sequence[Any], days: Sequence[date]) -> list[Sitting]:
    """Spread over the days, so that each has about as many minutes."""
    every = sum(max(page.minutes, 1) for page in pages)
    found: dict[date, list[Any]] = {}
    before = 0
    for page in pages:
        found.setdefault(days[before * len(days) // every], []).append(page)
        before += max(page.minutes, 1)
    return [Sitting(day, tuple(own)) for day, own in found.items()]


def _by_week(
    pages: Sequence[Any], days: Sequence[date], weekly: int, daily: float
) -> list[Sitting]:
    """Week by week so many minutes, at least one page a week; a day ends with its share."""
    found: dict[date, list[Any]] = {}
    ahead = iter(days)
    day, week, spent, today = next(ahead, None), None, 0, 0
    for page in pages:
        while day is not None:
            if day.isocalendar()[:2] != week:
                week, spent, today = day.isocalendar()[:2], 0, 0
            if spent and spent + page.minutes > weekly:
                day = _next_week(ahead, day)
            elif today >= daily:
                day, today = next(ahead, None), 0
            else:
                break
        if day is None:
            break
        found.setdefault(day, []).append(page)
        spent, today = spent + max(page.minutes, 1), today + max(page.minutes, 1)
    return [Sitting(day, tuple(own)) for day, own in found.items()]


def _next_week(ahead: Any, day: date) -> date | None:
    week = day.isocalendar()[:2]
    return next((other for other in ahead if other.isocalendar()[:2] != week), None)
