"""What time it is: one clock for everybody, which a story may set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def today(zone: tzinfo) -> date:
    """The date on the wall where somebody lives."""
    return now().astimezone(zone).date()


def end_of_day(moment: datetime, zone: tzinfo) -> datetime:
    """The last second of a moment's day where somebody lives."""
    following = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(following, time(), zone).astimezone(UTC) - timedelta(seconds=1)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` within the block: for stories and for the demo's history."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
