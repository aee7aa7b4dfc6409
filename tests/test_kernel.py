"""The kernel: one commit a request, closed doors, the database's manners."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from pdportal.accounts.models import District, Person
from pdportal.db import after_commit, db
from pdportal.web.logs import _plain, where
from tests.conftest import Visit
from tests.people import World


def test_a_signed_in_person_is_loaded_in_one_statement(world: World, visit: Visit, statements):
    client = visit(world.ada)
    with statements() as said:
        client.get("/nowhere")
    assert len(said) == 1, said


def test_the_cast_is_stored(world: World):
    assert db.session.scalars(select(Person).order_by(Person.id)).first() is world.ada


def test_what_waits_for_the_commit_does_not_happen_in_a_savepoint(world: World):
    done: list[str] = []
    after_commit(lambda: done.append("first"))
    with db.session.begin_nested():
        after_commit(lambda: done.append("within"))
    assert done == []
    with suppress(LookupError), db.session.begin_nested():
        after_commit(lambda: done.append("undone"))
        raise LookupError
    db.session.commit()
    assert done == ["first", "within"]


def test_what_waits_for_the_commit_never_happens_without_it(world: World):
    done: list[str] = []
    db.session.add(District(name="Nowhere"))
    db.session.flush()
    after_commit(lambda: done.append("never"))
    db.session.rollback()
    db.session.commit()
    assert done == []


def test_a_log_line_says_where_but_not_what_was_typed():
    typed = "the names of three {}".format("students")
    try:
        try:
            int(typed)
        except ValueError as error:
            raise RuntimeError(typed) from error
    except RuntimeError as error:
        said = where(error)
    assert "names of three students" not in said
    assert "test_kernel.py" in said
    assert "ValueError" in said


def test_messages_of_the_database_do_not_quote_what_was_typed(world: World):
    twice = District(name=world.district.name)
    with pytest.raises(IntegrityError) as caught, db.session.begin_nested():
        db.session.add(twice)
    assert "parameters: " not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (IntegrityError("", {}, Exception()), 409),
        (StaleDataError(), 409),
        (OperationalError("", {}, Exception()), 503),
        (TimeoutError(), 503),
        (ValueError("what was typed"), 500),
    ],
)
def test_what_goes_wrong_has_its_page_and_stores_nothing(
    world: World, app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch, error, status
):
    def view() -> str:
        world.ada.teaches = "half done"
        db.session.flush()
        raise error

    monkeypatch.setitem(app.view_functions, "accounts.save_about", view)
    answer = visit(world.ada).post("/account/about")
    assert answer.status_code == status
    assert "what was typed" not in answer.text
    assert world.ada.teaches == ""


def test_forms_hold_words(world: World, visit: Visit):
    ada = visit(world.ada)
    file = {"name": (BytesIO(b"Ada"), "ada.txt")}
    assert ada.post("/account/about", data=file).status_code == 400
    assert ada.post("/account/about", json={"name": "Ada"}).status_code == 415


def test_a_plain_log_line_is_one_line_and_a_traceback_stands_below_it():
    said = {"event": "page failed", "level": "error", "where": "ValueError\n  File x", "ms": 3.2}
    line, *below = _plain(None, "error", said).split("\n")
    assert line == 'level=error event="page failed" ms=3.2'
    assert below == ["where:", "ValueError", "  File x"]
