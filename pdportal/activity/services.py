"""Recording what happened."""

from __future__ import annotations

import re
from typing import Any, cast

from sqlalchemy import Table, insert

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import Base, db

_ADD = insert(cast(Table, Event.__table__)).inline()

_ONE_WORD = re.compile(r"[\w.:-]{0,40}", re.ASCII)


def record(actor: Person | None, verb: str, thing: Base, **detail: int | str | bool | None) -> None:
    """Add one event in the same transaction; `actor` is None when the portal itself acted."""
    ident: Any = thing.__mapper__.primary_key_from_instance(thing)[0]
    if ident is None:
        db.session.flush()
        ident = thing.__mapper__.primary_key_from_instance(thing)[0]
    record_id(actor.id if actor else None, verb, thing.__tablename__, ident, **detail)


def record_id(
    actor_id: int | None,
    verb: str,
    object_type: str,
    object_id: int,
    **detail: int | str | bool | None,
) -> None:
    """The same, where only the ids are in hand. What people wrote never comes into the log."""
    for name, value in detail.items():
        if isinstance(value, str) and not _ONE_WORD.fullmatch(value):
            raise ValueError(
                f"The log keeps ids, figures and single words: {name} is none of these."
            )
    db.session.connection().execute(
        _ADD,
        {
            "at": clock.now(),
            "actor_id": actor_id,
            "verb": verb,
            "object_type": object_type,
            "object_id": object_id,
            "detail": detail,
        },
    )
