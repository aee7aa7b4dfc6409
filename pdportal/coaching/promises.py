"""Within how many school days a coach answers."""

from __future__ import annotations

from pdportal.accounts.models import Person
from pdportal.activity.services import record

OFFERED = (1, 2, 3, 5, 10)
"""What a coach may promise; none is a promise, too."""


def promise(coach: Person, within: int) -> None:
    """Say so from now on; any other number of days is no promise."""
    new = within if within in OFFERED else None
    if coach.answers_within != new:
        coach.answers_within = new
        record(coach, "promised", coach, days=new)
