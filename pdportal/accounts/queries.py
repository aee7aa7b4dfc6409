"""Finding people, and the one statement that a signed-in request begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select

from pdportal.accounts.models import Person, Role, RoleName
from pdportal.db import db

_alongside: dict[str, Callable[[], ScalarSelect[Any]]] = {}


def alongside(name: str, column: Callable[[], ScalarSelect[Any]]) -> None:
    """Fetch one more figure with the person each request begins with (correlated to `Person`)."""
    _alongside[name] = column


def signed_in(uniquifier: str) -> Person | None:
    """Whoever a session belongs to, with roles and unread count, in one statement."""
    roles = (
        select(func.aggregate_strings(Role.name, ","))
        .where(Role.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    extras = [column().label(name) for name, column in _alongside.items()]
    row = db.session.execute(
        select(Person, roles.label("roles"), *extras).where(
            Person.fs_uniquifier == uniquifier, Person.active
        )
    ).one_or_none()
    if row is None:
        return None
    person: Person = row[0]
    vars(person)["roles_known"] = frozenset(
        RoleName(name) for name in (row.roles or "").split(",") if name
    )
    for name in _alongside:
        vars(person)[name] = getattr(row, name) or 0
    return person


def person_by_email(email: str) -> Select[tuple[Person]]:
    """The person with this address, however it is capitalised."""
    return select(Person).where(Person.email == email.strip().lower())
