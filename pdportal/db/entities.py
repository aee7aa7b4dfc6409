"""Entities made of rows (`db.rows`), for pages that read several of them and change none.

The ORM takes five times as long to make the entities of a page. Each is as if the session had
loaded it, so that rules and templates take it as any other. Until a request has a session, the
request alone holds them; a session that comes later takes them all
(`docs/decisions/0054-entities-made-of-rows.md`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Select
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from pdportal.db.base import Base, db
from pdportal.db.reading import reads_alone
from pdportal.db.rows import fetch_all


class _Kind(NamedTuple):
    """Which columns of a row are those of one entity."""

    mapper: Mapper[Any]
    names: tuple[str, ...]
    at: slice


def fetch_entities(statement: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The entities whose columns a statement selects, one table after the other.

    Where an outer join finds nothing it is None. What they are related to is said by `relate`.
    """
    kinds = _kinds_in(statement)
    return [
        tuple([_entity(kind.mapper, kind.names, row[kind.at]) for kind in kinds])
        for row in fetch_all(statement, values)
    ]


def relate(entity: object, **related: object) -> None:
    """Say what an entity is related to; what is known of it already stays."""
    for name, other in related.items():
        if name not in vars(entity):
            set_committed_value(entity, name, other)


def _entity(mapper: Mapper[Any], names: tuple[str, ...], row: tuple[Any, ...]) -> Any:
    columns = dict(zip(names, row, strict=True))
    ident = tuple([columns[column.name] for column in mapper.primary_key])
    return None if ident[0] is None else entity_of(mapper, columns, ident)


def entity_of(mapper: Mapper[Any], columns: dict[str, Any], ident: tuple[Any, ...]) -> Any:
    """The entity with these columns; others load when read, once this request has a session.

    What the session knows already stays as it is.
    """
    key = mapper.identity_key_from_primary_key(ident)
    alone = reads_alone() and not db.session.registry.has()
    held: Any = g.setdefault("read_alone", {}) if alone else db.session().identity_map
    known = held.get(key)
    if known is not None:
        for name in instance_state(known).expired_attributes & columns.keys():
            set_committed_value(known, name, columns[name])
        return known
    entity = mapper.class_manager.new_instance()
    vars(entity).update(columns)
    make_transient_to_detached(entity)
    if alone:
        held[key] = entity
    else:
        db.session.add(entity)
    return entity


@lru_cache(maxsize=1000)
def _kinds_in(statement: Select[Any]) -> list[_Kind]:
    mappers = {mapper.local_table: mapper for mapper in Base.registry.mappers}
    kinds, start = [], 0
    for table, columns in groupby(statement.selected_columns, key=lambda column: column.table):
        names = tuple(column.name for column in columns)
        mapper = mappers[getattr(table, "element", table)]
        kinds.append(_Kind(mapper, names, slice(start, start + len(names))))
        start += len(names)
    return kinds
