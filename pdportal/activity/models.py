"""One line of what happened: who, what, to which thing, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.db import Base


class Event(Base):
    """An act, as it happened. Events are added and never changed or removed.

    `detail` holds figures and ids, never what somebody wrote.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_object", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


@event.listens_for(Event, "before_update")
@event.listens_for(Event, "before_delete")
def _never(_mapper: object, _connection: object, _event: Event) -> NoReturn:
    raise RuntimeError("An event is never changed or removed.")
