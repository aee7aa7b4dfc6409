"""Which files the database says there are: what a backup has to hold, and the doctor looks for."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, inspect, text

_TABLES = (
    ("clips", "clip", "deleted_at IS NULL"),
    ("pieces of uploads", "upload_piece", "size > 0"),
    ("files of clips", "clip_file", "storage_key IS NOT NULL"),
    ("files of works", "work_file", "storage_key IS NOT NULL"),
    ("pictures of files", "file_picture", "storage_key IS NOT NULL"),
)


class Held(NamedTuple):
    """A stored file, by the row that has it."""

    what: str
    """Of which kind, in the plural."""
    number: int
    key: str
    size: int


def files_held(connection: Connection) -> list[Held]:
    """All of them; a database of an older step has some kinds of them only."""
    tables = set(inspect(connection).get_table_names())
    return [
        Held(what, row.id, row.storage_key, row.size)
        for what, table, where in _TABLES
        if table in tables
        for row in connection.execute(
            text(f"SELECT id, storage_key, size FROM {table} WHERE {where} ORDER BY id")  # noqa: S608 -- our own words
        )
    ]


def by_kind(held: list[Held]) -> dict[str, str]:
    """The numbers of some files in one line for each kind, twenty at most."""
    lines: dict[str, list[str]] = {}
    for each in held:
        lines.setdefault(each.what, []).append(str(each.number))
    return {
        what: ", ".join(numbers[:20]) + (", …" if len(numbers) > 20 else "")
        for what, numbers in lines.items()
    }
