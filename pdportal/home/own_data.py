"""When somebody made a calendar address; the address itself is stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.db import db
from pdportal.home.models import CalendarFeed


def collect(person: Person) -> Iterator[Piece]:
    """Since when there is an address, and when others ended."""
    made = select(CalendarFeed.made_at, CalendarFeed.ended_at)
    rows = made.where(CalendarFeed.person_id == person.id).order_by(CalendarFeed.id)
    yield Piece("calendar_addresses.json", as_data(rows))


def forget(person: Person) -> None:
    """Nobody reads their dates any more."""
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person.id))


PART = OwnPart("calendar", _l("Calendar"), collect, forget, goes=_l("Your calendar address."))
