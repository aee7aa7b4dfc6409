"""Who looked: whatever the server hands out of somebody's own, it notes, after its answer.

Reading writes nothing else. The note is stored in a short transaction of its own once the answer is
sent. While the database is busy one thread waits for it at most; the others leave it their notes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import NamedTuple

from flask import Flask, Response, abort, after_this_request, current_app, request
from sqlalchemy import ForeignKey, Row, Select, String, bindparam, case, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, add_unless_there, committing, db, fetch_all
from pdportal.web.logs import log

AGAIN_AFTER = timedelta(minutes=1)
"""A player asks for a film piece by piece: so long it is one look."""

ONE_SITTING = timedelta(minutes=30)
"""Whoever comes back later than this has looked once more."""

MOST_WAITING = 10_000

HANDED_OUT = frozenset({200, 206, 307, 409, 422})
"""The answers that hold what was asked for, whole, in part or with a form that was refused, or send
to where it lies."""


class Look(Base):
    """That somebody was handed out a thing of somebody else, first and last."""

    __tablename__ = "look"

    object_type: Mapped[str] = mapped_column(String(40), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often, with a pause of half an hour between two."""


class _Seen(NamedTuple):
    object_type: str
    object_id: int
    person_id: int
    at: datetime


_waiting: deque[tuple[Flask, _Seen]] = deque(maxlen=MOST_WAITING)
_storing = Lock()


def note_look(person: Person, object_type: str, object_id: int, owner_id: int) -> None:
    """Note, when this answer is sent, that somebody was handed out a thing; its owner is not noted.

    Called where a page or a file with the thing in it is made, so also for a form that comes back
    with what is wrong with it. A HEAD hands nothing out. Whoever asks ahead is refused: nobody has
    looked yet, but what is handed out once can be read without a note.
    """
    if request.method == "HEAD" or person.id == owner_id:
        return
    if _is_ahead():
        abort(Response(status=503, headers={"Cache-Control": "no-store"}))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
    seen = _Seen(object_type, object_id, person.id, clock.now())

    def note() -> None:
        _waiting.append((app, seen))
        _store_waiting()

    @after_this_request
    def _when_sent(response: Response) -> Response:
        if response.status_code in HANDED_OUT:
            response.call_on_close(note)
        return response


def who_looked(
    object_type: str, object_id: int
) -> Sequence[Row[int, str, datetime, datetime, int]]:
    """Who was handed out a thing: id, name, first and last time, how often; the last first."""
    return fetch_all(_looked(), {"object_type": object_type, "object_id": object_id})


@cache
def _looked() -> Select[int, str, datetime, datetime, int]:
    return (
        select(Person.id, Person.name, Look.first_at, Look.last_at, Look.times)
        .join(Look, Look.person_id == Person.id)
        .where(
            Look.object_type == bindparam("object_type"), Look.object_id == bindparam("object_id")
        )
        .order_by(Look.last_at.desc(), Person.id)
    )


def store_look(object_type: str, object_id: int, person_id: int, at: datetime) -> None:
    """Note a look in the transaction that is open."""
    key = {"object_type": object_type, "object_id": object_id, "person_id": person_id}
    times = Look.times + case((Look.last_at < at - ONE_SITTING, 1), else_=0)
    again = update(Look).filter_by(**key).values(last_at=at, times=times).returning(Look.last_at)
    if db.session.scalar(again) is None:
        add_unless_there(Look(**key, first_at=at, last_at=at))


def _is_ahead() -> bool:
    """Whether a browser asks for a page that nobody has opened yet."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in purpose.lower() for purpose in purposes)


def _store_waiting() -> None:
    while _waiting and _storing.acquire(blocking=False):
        try:
            while _waiting:
                app, seen = _waiting[0]
                with app.app_context():
                    _store(seen)
                _waiting.popleft()
        except (OperationalError, TimeoutError) as error:  # it is stored with the next one
            log.warning("look not noted yet", error=type(error).__name__)
            return
        finally:
            _storing.release()


def _store(seen: _Seen) -> None:
    last = select(Look.last_at).filter_by(
        object_type=seen.object_type, object_id=seen.object_id, person_id=seen.person_id
    )
    before = db.session.scalar(last)
    if before is None or seen.at - before >= AGAIN_AFTER:
        with committing():
            store_look(*seen)
