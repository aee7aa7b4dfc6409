"""The one commit of a request, and what a command or a job stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from flask import Flask, Response, request
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction

from pdportal.db.base import db

READING = frozenset({"GET", "HEAD", "OPTIONS"})

write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)
after_waiting: ContextVar[Callable[[Connection], None] | None] = ContextVar(
    "after_waiting", default=None
)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun within the block are going to write."""
    token = write_intent.set(True)
    try:
        yield
    finally:
        write_intent.reset(token)


@contextmanager
def committing() -> Iterator[None]:
    """Do one task outside a request (a command, a job): all of it is stored, or nothing."""
    with writing():
        db.session.rollback()  # what was only read so far was read without the intent to write
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def after_commit(act: Callable[[], None]) -> None:
    """Do `act` once what this session has written is safely stored, and never if it is not."""
    within, savepoint = [], db.session().get_nested_transaction()
    while savepoint is not None:
        within.append(savepoint)
        savepoint = savepoint.parent
    db.session.info.setdefault("after_commit", []).append((act, within))


@event.listens_for(Session, "after_commit")
def _act_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: nothing is stored yet
    for act, _within in session.info.pop("after_commit", []):
        act()


@event.listens_for(Session, "after_soft_rollback")
def _forget_after_rollback(session: Session, ended: SessionTransaction) -> None:
    waiting = session.info.pop("after_commit", [])
    if waiting and ended.parent is not None:
        session.info["after_commit"] = [one for one in waiting if ended not in one[1]]


def begin_to_write(look_again: Callable[[Connection], None] | None = None) -> None:
    """From now on this request writes. On SQLite what it read so far does not hold up others.

    Called once it is known who asks, so that nobody waits for a writer who is still at the door.
    Where a turn came only after a long wait, `look_again` may refuse: it is asked before all else.
    """
    session = db.session()
    if db.engine.dialect.name == "sqlite" and session.in_transaction():
        session.expire_on_commit = False  # who asks is still known
        session.commit()
        session.expire_on_commit = True
    write_intent.set(True)
    after_waiting.set(look_again)


def only_reads() -> None:
    """From now on this request reads: what it wrote is forgotten, and it waits for no writer."""
    db.session.rollback()
    write_intent.set(False)


def register(app: Flask) -> None:
    """Commit once per request."""

    # Registered first, so called last: after everything else that may still write.
    @app.after_request
    def _commit_or_roll_back(response: Response) -> Response:
        if request.method in READING:
            return response  # the session is closed with the request, and forgets
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response

    @app.before_request
    def _mean_to_read() -> None:
        write_intent.set(False)
        after_waiting.set(None)

    @app.teardown_request
    def _mean_nothing(_error: BaseException | None) -> None:
        with suppress(LookupError):
            write_intent.set(False)
            after_waiting.set(None)
