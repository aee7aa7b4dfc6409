"""Who may read somebody's dates: they, and whoever has their secret address while it holds."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.home.models import CalendarFeed


def feeds_of(person: Person) -> Select[CalendarFeed]:
    """The addresses somebody made, whether they hold or not."""
    return select(CalendarFeed).where(CalendarFeed.person_id == person.id)


def may_read(feed: CalendarFeed) -> bool:
    """While it was neither renewed nor stopped, and its owner has an account."""
    return feed.is_current and feed.person.active
