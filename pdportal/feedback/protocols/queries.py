"""The protocols one can read and choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload, undefer
from sqlalchemy.orm.interfaces import ORMOption

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.protocols import policy
from pdportal.feedback.protocols.models import OwnProtocol, Protocol


def protocols(person: Person) -> Sequence[Protocol]:
    """The protocols somebody can choose now: recommended ones first, then the shortest."""
    return db.session.scalars(
        policy.protocols_chosen_by(person)
        .options(_with_author())
        .order_by(Protocol.recommended_at.is_(None), Protocol.minutes, Protocol.name, Protocol.id)
    ).all()


def protocol_chosen(person: Person, slug: str) -> Select[Protocol]:
    """The current edition of a protocol that somebody can choose."""
    return policy.protocols_chosen_by(person).where(Protocol.slug == slug)


def protocol_seen(person: Person, slug: str) -> Select[Protocol]:
    """The current edition, or else the newest that somebody may still read."""
    return (
        policy.protocols_seen_by(person)
        .where(Protocol.slug == slug)
        .options(_with_author(), undefer(Protocol.source))
        .order_by(Protocol.is_current.desc(), Protocol.id.desc())
        .limit(1)
    )


def own_protocols(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """What somebody writes, the newest first: `id`, `name`, `saved_at`, `readers`, `withdrawn_at`,
    and `published`, whether it ever was."""
    published = select(Protocol.id).where(Protocol.own_id == OwnProtocol.id).exists()
    columns = ("id", "name", "saved_at", "readers", "withdrawn_at")
    return db.session.execute(
        policy.own_protocols_of(person)
        .with_only_columns(
            *(OwnProtocol.__table__.c[name] for name in columns), published.label("published")
        )
        .order_by(OwnProtocol.saved_at.desc(), OwnProtocol.id.desc())
    ).all()


def is_published(own: OwnProtocol) -> bool:
    """Whether there ever was an edition of it, that others may have seen."""
    return bool(db.session.scalar(select(select(Protocol.id).filter_by(own_id=own.id).exists())))


def _with_author() -> ORMOption:
    own = joinedload(Protocol.own).load_only(
        OwnProtocol.id,
        OwnProtocol.author_id,
        OwnProtocol.district_id,
        OwnProtocol.readers,
        OwnProtocol.withdrawn_at,
    )
    return own.joinedload(OwnProtocol.author).load_only(Person.name)
