"""Reading the event log."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import Base, db


def events_about(thing: Base) -> Select[Event]:
    """What happened to one thing, the oldest first."""
    ident = thing.__mapper__.primary_key_from_instance(thing)[0]
    return (
        select(Event)
        .where(Event.object_type == thing.__tablename__, Event.object_id == ident)
        .order_by(Event.at, Event.id)
    )


def acts_of(person: Person) -> Select[Event]:
    """What one person did, the latest first."""
    return (
        select(Event).where(Event.actor_id == person.id).order_by(Event.at.desc(), Event.id.desc())
    )


def has_done(person: Person, verb: str, object_type: str) -> bool:
    """Whether a person ever did this with any thing of the kind."""
    done = acts_of(person).where(Event.verb == verb, Event.object_type == object_type)
    return db.session.scalar(done.with_only_columns(Event.id).limit(1)) is not None
