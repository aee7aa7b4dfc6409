"""Somebody's own data in the event log."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.activity.looks import Look
from pdportal.activity.models import Event
from pdportal.db import db


def collect(person: Person) -> Iterator[Piece]:
    """What somebody did and when, as ids and figures."""
    events = select(Event.at, Event.verb, Event.object_type, Event.object_id, Event.detail)
    yield Piece("log.json", as_data(events.where(Event.actor_id == person.id).order_by(Event.id)))


def forget(person: Person) -> None:
    """That somebody looked is forgotten; the log is never changed, and holds no words."""
    db.session.execute(delete(Look).where(Look.person_id == person.id))


PART = OwnPart(
    "activity",
    _l("What you did and when"),
    collect,
    forget,
    stays=_l("The log of what happened and when, as numbers without a name: nobody can change it."),
)
