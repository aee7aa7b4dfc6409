"""What every table is made of: `Base`, the types of its columns, and the session."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, ColumnElement, DateTime, Dialect, Enum, Index, MetaData, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from pdportal import clock
from pdportal.db.reading import PortalSession


class Moment(TypeDecorator[datetime]):
    """A moment, stored in UTC and always aware of it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[Any]: JSON,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=24,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Numbered:
    """A row that is known by a number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Timestamped:
    """A row that knows when it came to be."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def unique_where(name: str, *columns: str, where: str) -> Index:
    """Among the rows for which `where` holds, no two have the same in these columns."""
    only = text(where)
    return Index(name, *columns, unique=True, sqlite_where=only, postgresql_where=only)


def all_null(*columns: str, but: tuple[str, ...] = ()) -> hybrid_property[bool]:
    """A state that lasts while none of these columns is set `but` those, in Python and in SQL."""

    def state(row: Any) -> bool:
        is_set = [name for name in (*but, *columns) if getattr(row, name) is not None]
        return is_set == list(but)

    def condition(table: Any) -> ColumnElement[bool]:
        missing = (getattr(table, name).is_(None) for name in columns)
        return and_(*(getattr(table, name).is_not(None) for name in but), *missing)

    return hybrid_property(state, expr=condition)


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    session_options={"class_": PortalSession, "join_transaction_mode": "create_savepoint"},
)
