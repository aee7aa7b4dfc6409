"""Rows by the short way are those that SQLAlchemy gives by the long one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Date, Engine, Select, bindparam, event, func, literal, select
from sqlalchemy.exc import (
    DBAPIError,
    MultipleResultsFound,
    NoResultFound,
    OperationalError,
    ProgrammingError,
)

from pdportal import clock
from pdportal.accounts.models import MailChoice, Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import Moment, db, rows_of
from pdportal.db.rows import question
from tests.people import World

NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)

KINDS: Select[*tuple[Any, ...]] = (
    select(
        Person.id,
        Person.name,
        Person.mail_choice,
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
    .where(Member.joined_at <= bindparam("now"), Person.mail_choice == bindparam("choice"))
    .group_by(*(Person.__table__.c[name] for name in ("id",)), Member.joined_at, Cohort.id)
    .order_by(Person.id, Cohort.id)
)


def test_both_ways_give_the_same_rows_by_the_same_names(world: World):
    world.ada.ended_sessions = [1.5, 2.5]
    db.session.flush()
    values = {"now": clock.now(), "choice": MailChoice.AT_ONCE, "not asked for": 1}
    connection = db.session.connection()
    long = connection.execute(KINDS, values).all()
    short = question(KINDS, connection.dialect).ask(connection, values)
    assert len(short) == len(long) > 1
    assert [tuple(row) for row in short] == [tuple(row) for row in long]
    for name in ("name", "mail_choice", "active", "created_at", "since", "held", "then", "day"):
        assert [getattr(row, name) for row in short] == [getattr(row, name) for row in long]
    assert isinstance(short[0].mail_choice, MailChoice)
    assert short[0].then == NOW


def test_the_short_way_is_taken_unless_somebody_listens(world: World):
    statement = select(Person.name).where(Person.id == bindparam("id"))
    row = rows_of(statement, {"id": world.ada.id}).one()
    assert not hasattr(row, "_mapping"), "a row of SQLAlchemy's has one"
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, said: str, *_more: Any) -> None:
        heard.append(said)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    try:
        assert rows_of(statement, {"id": world.ada.id}).one().name == world.ada.name
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    assert len(heard) == 1


def test_lists_of_any_length_go_the_long_way(world: World):
    statement = select(Person.name).where(Person.id.in_([world.ada.id, world.ben.id]))
    assert not question(statement, db.engine.dialect).has_a_short_way
    assert len(rows_of(statement, {}).all()) == 2


def test_what_is_still_to_be_written_is_found(world: World):
    world.ada.name = "Ada of the Hill"
    statement = select(Person.name).where(Person.id == bindparam("id"))
    assert rows_of(statement, {"id": world.ada.id}).one().name == "Ada of the Hill"


def test_one_row_is_one(world: World):
    nobody, all_of_them = select(Person.id).where(Person.id < 0), select(Person.id)
    assert rows_of(nobody, {}).one_or_none() is None
    with pytest.raises(NoResultFound):
        rows_of(nobody, {}).one()
    with pytest.raises(MultipleResultsFound):
        rows_of(all_of_them, {}).one_or_none()


def test_what_goes_wrong_is_said_by_sqlalchemy(world: World):
    wrong = select(literal(1)).select_from(func.no_such_function())
    with pytest.raises((OperationalError, ProgrammingError)), db.session.begin_nested():
        rows_of(wrong, {})


def test_a_lost_connection_is_let_go(database: Engine):
    statement = select(literal(1))
    with database.connect() as lost:
        assert question(statement, database.dialect).ask(lost, {}).scalars() == [1]
        dbapi = lost.connection.dbapi_connection
        assert dbapi is not None
        dbapi.close()
        with pytest.raises(DBAPIError) as error:
            question(statement, database.dialect).ask(lost, {})
        assert error.value.connection_invalidated
        assert lost.invalidated
