"""What the inbox reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, func, or_, select

from pdportal.accounts.models import Person
from pdportal.inbox import kinds, policy
from pdportal.inbox.models import Notice
from pdportal.inbox.topics import Topic

Rows = Select[*tuple[Any, ...]]
"""Rows of columns that a template reads by name."""

PAGE = 30


def unread_count() -> ScalarSelect[int]:
    """How many notices wait unread, fetched with whoever is signed in."""
    return (
        select(func.count(Notice.id))
        .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def notice_list(person: Person, before_id: int | None = None, about: Topic | None = None) -> Rows:
    """A page of notices, newest first, older than the one given; and one more if there are more."""
    rows = (
        policy.notices_seen_by(person)
        .outerjoin(Person, Notice.from_id == Person.id)
        .with_only_columns(
            Notice.id,
            Notice.at,
            Notice.kind,
            Notice.words,
            Notice.url,
            Notice.read_at,
            Notice.from_id,
            Person.name.label("from_name"),
        )
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(PAGE + 1)
    )
    if about is not None:
        rows = rows.where(Notice.kind.in_(kinds.kinds_about(about)))
    if before_id is None:
        return rows
    at = (
        policy.notices_seen_by(person)
        .where(Notice.id == before_id)
        .with_only_columns(Notice.at)
        .correlate(None)
        .scalar_subquery()
    )
    return rows.where(or_(Notice.at < at, and_(Notice.at == at, Notice.id < before_id)))
