"""By which day a coach answers who promised it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pdportal.web.locale import local_day


def promised_day(since: datetime, within: int | None) -> date | None:
    """By when something that waits since then is answered; None where nothing is promised.

    Days of school are Monday to Friday: the portal knows no holidays.
    """
    if within is None:
        return None
    day = local_day(since)
    for _each in range(within):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day
