"""Who looked: noted by the server after its answer, for what it hands out of somebody's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from pdportal import clock
from pdportal.activity import looks
from pdportal.activity.looks import AGAIN_AFTER, Look, note_look, who_looked
from pdportal.db import db
from tests.people import World

NOW = datetime(2026, 10, 5, 14, 0, tzinfo=UTC)


def handed_out(
    app: Flask, world: World, at: datetime = NOW, *, status: int = 200, **request: object
) -> None:
    """Cora is answered with Ada's thing number 7."""
    with app.test_request_context(**request), clock.at(at):  # type: ignore[arg-type]
        note_look(world.cora, "clip", 7, world.ada.id)
        answer = app.process_response(app.response_class(status=status))
    db.session.rollback()
    answer.close()


def noted() -> list[tuple[datetime, datetime]]:
    db.session.rollback()
    rows = db.session.execute(select(Look.first_at, Look.last_at))
    return [(row.first_at, row.last_at) for row in rows]


def test_a_look_is_stored_when_the_answer_is_sent_and_again_after_a_minute(
    app: Flask, world: World
):
    handed_out(app, world)
    handed_out(app, world, NOW + timedelta(seconds=20), status=206)
    assert noted() == [(NOW, NOW)]
    handed_out(app, world, NOW + AGAIN_AFTER)
    assert noted() == [(NOW, NOW + AGAIN_AFTER)]
    assert [row.name for row in who_looked("clip", 7)] == [world.cora.name]
    assert who_looked("work", 7) == []


def test_a_head_hands_nothing_out(app: Flask, world: World):
    handed_out(app, world, method="HEAD")
    assert noted() == []


@pytest.mark.parametrize("status", [409, 422])
def test_a_form_that_comes_back_hands_out_what_stands_around_it(
    app: Flask, world: World, status: int
):
    handed_out(app, world, method="POST", status=status)
    assert noted() == [(NOW, NOW)]


@pytest.mark.parametrize("status", [302, 304, 403, 404, 503])
def test_an_answer_without_the_thing_is_no_look(app: Flask, world: World, status: int):
    handed_out(app, world, status=status)
    assert noted() == []


def test_owners_do_not_look_at_their_own(app: Flask, world: World):
    with app.test_request_context():
        note_look(world.ada, "clip", 7, world.ada.id)
        app.process_response(app.response_class()).close()
    assert noted() == []


def test_while_the_database_is_busy_a_look_waits_and_comes_with_the_next(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    store = looks._store

    def busy(_seen: object) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr(looks, "_store", busy)
    handed_out(app, world)
    assert noted() == []
    monkeypatch.setattr(looks, "_store", store)
    handed_out(app, world, NOW + timedelta(hours=1))
    assert noted() == [(NOW, NOW + timedelta(hours=1))]
