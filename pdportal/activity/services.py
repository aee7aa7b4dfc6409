"""Recording what happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, insert

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import Base, db, write_rows

Detail = int | str | bool | None
"""An id, a figure or a single word."""

_ADD = insert(cast(Table, Event.__table__)).inline()

_ONE_WORD = re.compile(r"[\w.:-]{0,40}", re.ASCII)


def record(actor: Person | None, verb: str, thing: Base, **detail: Detail) -> None:
    """Add one event in the same transaction; `actor` is None when the portal itself acted."""
    record_all(actor, verb, [(thing, detail)])


def record_all(
    actor: Person | None, verb: str, happened: Iterable[tuple[Base, Mapping[str, Detail]]]
) -> None:
    """The same for several things, each with its detail, in one statement."""
    actor_id = actor.id if actor else None
    _add(
        [
            _row(actor_id, verb, thing.__tablename__, _id_of(thing), detail)
            for thing, detail in happened
        ]
    )


def record_id(
    actor_id: int | None,
    verb: str,
    object_type: str,
    object_id: int,
    **detail: Detail,
) -> None:
    """The same, where only the ids are in hand. What people wrote never comes into the log."""
    _add([_row(actor_id, verb, object_type, object_id, detail)])


def _id_of(thing: Base) -> int:
    ident: Any = thing.__mapper__.primary_key_from_instance(thing)[0]
    if ident is None:
        db.session.flush()
        ident = thing.__mapper__.primary_key_from_instance(thing)[0]
    return int(ident)


def _row(
    actor_id: int | None, verb: str, object_type: str, object_id: int, detail: Mapping[str, Detail]
) -> dict[str, Any]:
    for name, value in detail.items():
        if isinstance(value, str) and not _ONE_WORD.fullmatch(value):
            raise ValueError(
                f"The log keeps ids, figures and single words: {name} is none of these."
            )
    return {
        "at": clock.now(),
        "actor_id": actor_id,
        "verb": verb,
        "object_type": object_type,
        "object_id": object_id,
        "detail": dict(detail),
    }


def _add(rows: list[dict[str, Any]]) -> None:
    if rows:
        write_rows(_ADD, rows)
