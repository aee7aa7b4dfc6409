"""What a coach has on a day: other rooms of coaching say what they know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pdportal.accounts.models import Person


@dataclass(frozen=True)
class AgendaRow:
    """One line of somebody's day."""

    starts_at: datetime
    title: str
    url: str
    ends_at: datetime | None = None
    where: str = ""
    """A room, or what the link of a call is called."""


Source = Callable[[Person, date], Iterable[AgendaRow]]
"""The lines of a person on a day of the reader's zone; at most one statement."""

_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let one more room put lines on the day."""
    if source not in _sources:
        _sources.append(source)


def agenda_of(person: Person, day: date) -> list[AgendaRow]:
    """All lines of a day, in the order of their moments."""
    rows = [row for source in _sources for row in source(person, day)]
    return sorted(rows, key=lambda row: (row.starts_at, row.title))
