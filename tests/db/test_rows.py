"""Rows that the driver is asked for are those that SQLAlchemy gives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from sqlalchemy import (
    JSON,
    Date,
    Engine,
    Select,
    Table,
    bindparam,
    event,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    MultipleResultsFound,
    OperationalError,
    ProgrammingError,
)

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.cohorts.models import Cohort, CohortKind, Member
from pdportal.db import Moment, db, fetch_all, fetch_one, write_rows
from pdportal.db.rows import prepare
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)

KINDS: Select[*tuple[Any, ...]] = (
    select(
        Person.id,
        Person.name,
        Cohort.kind,
        Person.active,
        Person.created_at,
        Person.time_zone,
        Person.ended_sessions,
        Cohort.name,
        Cohort.starts_on,
        Member.joined_at.label("since"),
        func.count(),
        literal({"a": [1, None]}, JSON).label("held"),
        literal(NOW, Moment).label("then"),
        literal(date(2026, 9, 1), Date).label("day"),
    )
    .join(Member, Member.person_id == Person.id)
    .join(Cohort, Cohort.id == Member.cohort_id)
    .where(Member.joined_at <= bindparam("now"), Cohort.kind == bindparam("choice"))
    .group_by(*(Person.__table__.c[name] for name in ("id",)), Member.joined_at, Cohort.id)
    .order_by(Person.id, Cohort.id)
)


def test_both_ways_give_the_same_rows_by_the_same_names(world: World):
    world.ada.ended_sessions = [1.5, 2.5]
    db.session.flush()
    values = {"now": clock.now(), "choice": CohortKind.COHORT, "not asked for": 1}
    connection = db.session.connection()
    long = connection.execute(KINDS, values).all()
    short = fetch_all(KINDS, values)
    assert len(short) == len(long) > 1
    assert [tuple(row) for row in short] == [tuple(row) for row in long]
    for name in ("name", "kind", "active", "created_at", "since", "held", "then", "day"):
        assert [getattr(row, name) for row in short] == [getattr(row, name) for row in long]
    assert isinstance(short[0].kind, CohortKind)
    assert short[0].then == NOW


def test_whoever_listens_to_statements_hears_it(world: World):
    statement = select(Person.name).where(Person.id == bindparam("id"))
    heard: list[Any] = []

    def hear(_connection: Any, _cursor: Any, said: str, values: Any, *_more: Any) -> None:
        if said.startswith("SELECT person.name"):
            heard.append(values)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    try:
        fetch_all(statement, {"id": world.ada.id})
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    (values,) = heard
    assert world.ada.id in (values.values() if isinstance(values, dict) else values)


def test_lists_of_any_length_cannot_be_prepared(world: World):
    statement = select(Person.name).where(Person.id.in_([world.ada.id, world.ben.id]))
    with pytest.raises(ValueError, match="depends on its values"):
        fetch_all(statement, {})


def test_what_is_still_to_be_written_is_found(world: World):
    world.ada.name = "Ada of the Hill"
    statement = select(Person.name).where(Person.id == bindparam("id"))
    (row,) = fetch_all(statement, {"id": world.ada.id})
    assert row.name == "Ada of the Hill"


def test_one_row_is_one(world: World):
    nobody, all_of_them = select(Person.id).where(Person.id < 0), select(Person.id)
    assert fetch_one(nobody, {}) is None
    with pytest.raises(MultipleResultsFound):
        fetch_one(all_of_them, {})


def test_what_goes_wrong_is_said_by_sqlalchemy(world: World):
    wrong = select(literal(1)).select_from(func.no_such_function())
    with pytest.raises((OperationalError, ProgrammingError)), db.session.begin_nested():
        fetch_all(wrong, {})


def test_rows_are_written_as_sqlalchemy_writes_them(world: World):
    table = cast(Table, Event.__table__)
    add = insert(table).inline()
    row = {"at": NOW, "actor_id": world.ada.id, "verb": "saw", "object_type": "person"}
    rows = [{**row, "object_id": n, "detail": {"a": [n, None]}} for n in (1, 2, 3)]
    assert write_rows(add, rows[:1]) == 1
    write_rows(add, rows[1:])
    shown = select(table.c[*rows[0]]).where(table.c.verb == "saw").order_by(table.c.object_id)
    assert [row._asdict() for row in db.session.execute(shown)] == rows
    with pytest.raises(ValueError, match="lacks some"):
        write_rows(add, [{"verb": "saw"}])
    changed = update(Person.__table__).where(Person.id == bindparam("who"))
    changed = changed.values(time_zone=bindparam("zone"))
    assert write_rows(changed, [{"who": world.ada.id, "zone": "Asia/Tokyo"}]) == 1
    assert write_rows(changed, [{"who": -1, "zone": "Asia/Tokyo"}]) == 0
    with pytest.raises(IntegrityError), db.session.begin_nested():
        write_rows(add, [{**rows[0], "actor_id": -1}])


def test_a_lost_connection_is_invalidated(database: Engine):
    statement = select(literal(1))
    with database.connect() as lost:
        assert prepare(statement, database.dialect).fetch(lost, {}) == [(1,)]
        dbapi = lost.connection.dbapi_connection
        assert dbapi is not None
        dbapi.close()
        with pytest.raises(DBAPIError) as error:
            prepare(statement, database.dialect).fetch(lost, {})
        assert error.value.connection_invalidated
        assert lost.invalidated
