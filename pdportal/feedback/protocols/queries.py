"""The protocols one can choose from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol


def protocols() -> Sequence[Protocol]:
    """The protocols one can choose now, the shortest first."""
    return db.session.scalars(
        select(Protocol).where(Protocol.is_current).order_by(Protocol.minutes, Protocol.name)
    ).all()


def protocol_named(slug: str) -> Select[Protocol]:
    """The current edition of a protocol."""
    return select(Protocol).where(Protocol.slug == slug, Protocol.is_current)
