"""The one commit of a request, and what a command or a job stores.

A request that is not a GET is one transaction: committed once, if it is answered below 400, and
rolled back otherwise; every other request only reads. Nothing else commits, and a password is
hashed before that transaction begins to write (`@writes_later`), because on SQLite one writes at a
time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from flask import Flask, Response, current_app, request
from sqlalchemy import Select, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction, object_mapper

from pdportal.db import sqlite
from pdportal.db.base import db
from pdportal.db.reading import READING, View, end_reading

Row = TypeVar("Row")

write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)
"""Whether transactions that begin now are going to write."""


def register(app: Flask) -> None:
    """Commit once per request."""

    @app.after_request
    def _roll_back(response: Response) -> Response:
        if request.method not in READING and response.status_code >= 400:
            db.session.rollback()
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        write_intent.set(False)
        end_reading()


def commit_answered(response: Response) -> None:
    """Commit what a view has written, if it answers below 400.

    Called where an error is still answered like one of the view's own.
    """
    if request.method not in READING and response.status_code < 400:
        db.session.commit()


def writes_later(view: View) -> View:
    """Mark a view that does something slow first, and then calls `begin_to_write` itself."""
    view.writes_later = True  # type: ignore[attr-defined]  # functions take attributes
    return view


def is_about_to_write() -> bool:
    """Whether this request is to begin to write before its view is called."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in READING and not hasattr(view, "writes_later")


def begin_to_write() -> float:
    """From now on this request writes; gives the seconds it waited for its turn to.

    Called once it is known who asks, so that nobody waits for a writer who is still at the door.
    On SQLite the transaction in which the request has read so far ends, and another begins: rows
    read before are not read again. Raises RuntimeError where the first has written.
    """
    write_intent.set(True)
    session = db.session()
    return sqlite.take_turn(session.connection()) if session.in_transaction() else 0.0


def give_up_writing() -> None:
    """Roll back. What follows, such as an error page, only reads, and waits for no writer."""
    db.session.rollback()
    write_intent.set(False)


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


def add_unless_there(row: object) -> bool:
    """Add a row at once; False where the session or a constraint has it already, and then nothing
    is changed.

    So whoever is a moment too late in another window learns it, and the transaction goes on.
    """
    if object_mapper(row).identity_key_from_instance(row) in db.session().identity_map:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def find_or_add(one: Select[Row], new: Callable[[], Row]) -> tuple[Row, bool]:
    """The row that a statement finds, else `new()`, added; and whether that one is new.

    Of two windows that add it at once the second finds the row of the first.
    """
    found = db.session.scalars(one).one_or_none()
    if found is None:
        row = new()
        if add_unless_there(row):
            return row, True
        found = db.session.scalars(one).one()
    return found, False


def after_commit(act: Callable[[], None]) -> None:
    """Do `act` once what this session has written is safely stored, and never if it is not."""
    savepoints, savepoint = [], db.session().get_nested_transaction()
    while savepoint is not None:
        savepoints.append(savepoint)
        savepoint = savepoint.parent
    db.session.info.setdefault("after_commit", []).append((act, savepoints))


@event.listens_for(Session, "after_commit")
def _act_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: nothing is stored yet
    for act, _savepoints in session.info.pop("after_commit", []):
        act()


@event.listens_for(Session, "after_soft_rollback")
def _forget_after_rollback(session: Session, ended: SessionTransaction) -> None:
    waiting = session.info.pop("after_commit", [])
    if waiting and ended.parent is not None:
        session.info["after_commit"] = [
            (act, savepoints) for act, savepoints in waiting if ended not in savepoints
        ]
