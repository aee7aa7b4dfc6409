"""One line of what happened: who, what, to which thing, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import DDL, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from pdportal import clock
from pdportal.db import Base, Numbered


class Event(Numbered, Base):
    """An act, as it happened. Events are added and never changed or removed.

    `detail` holds figures and ids, never what somebody wrote.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_object", "object_type", "object_id"),)

    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'An event is never changed.'); END",
        "CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'An event is never removed.'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'An event is never changed or removed.' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_is_append_only()",
        "CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()",
    ),
}
"""How the database itself keeps the promise. A migration that rebuilds the table says it again."""

NO_LONGER_APPEND_ONLY = {
    "sqlite": (),  # SQLite drops a table's triggers with it
    "postgresql": ("DROP FUNCTION event_is_append_only() CASCADE",),
}
"""What is left to clear away once the table is gone."""


def _only_on(dialect: str, statement: str) -> ExecutableDDLElement:
    return DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # not typed there


for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(Event.__table__, "after_create", _only_on(_dialect, _statement))
for _dialect, _statements in NO_LONGER_APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(Event.__table__, "after_drop", _only_on(_dialect, _statement))


@event.listens_for(Event, "before_update")
@event.listens_for(Event, "before_delete")
def _never(_mapper: object, _connection: object, _event: Event) -> NoReturn:
    raise RuntimeError("An event is never changed or removed.")
