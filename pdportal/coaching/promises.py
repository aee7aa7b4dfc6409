"""Within how many school days a coach answers, and by which day that is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.web.locale import local_day

OFFERED = (1, 2, 3, 5, 10)
"""What a coach may promise; none is a promise, too."""


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


def promise(coach: Person, within: int) -> None:
    """Say so from now on; any other number of days is no promise."""
    new = within if within in OFFERED else None
    if coach.answers_within != new:
        coach.answers_within = new
        record(coach, "promised", coach, days=new)
