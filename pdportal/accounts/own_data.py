"""What the portal holds of one person, feature by feature: to be downloaded, and to be given up.

A feature adds its part when it registers; whoever builds the download or carries out a leaving
(`privacy`) asks every part and knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement, Executable, Select

from pdportal.accounts.models import Person
from pdportal.db import Base, db


@dataclass(frozen=True)
class StoredFile:
    """A file of the storage, copied as it is."""

    key: str


Content = str | list[Any] | dict[str, Any] | StoredFile
"""Text as Markdown, a list or a dict as JSON, a stored file as is."""


@dataclass(frozen=True)
class Piece:
    """One file of the download."""

    path: str
    content: Content


Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class OwnPart:
    """What one feature holds of a person."""

    name: str
    """The folder in the download."""
    title: LazyString
    rows: Callable[[Person], Mapping[str, Rows]] = lambda _person: {}
    """What is this person's own, or was given to them by others: a JSON file of each select."""
    files: Callable[[Person], Iterable[Piece]] = lambda _person: ()
    """The same that is no list of rows."""
    ends: Callable[[Person], object] = lambda _person: None
    """What to do first when the person leaves; may be done twice, as all of this."""
    gone: Callable[[Person], Iterable[Executable]] = lambda _person: ()
    """The statements that remove what goes then, in their order."""
    goes: LazyString | str = ""
    """What that is, in words."""
    stays: LazyString | str = ""
    """What stays, and why."""

    def collect(self, person: Person) -> Iterator[Piece]:
        """All files of this part."""
        yield from self.files(person)
        for name, rows in self.rows(person).items():
            yield Piece(f"{name}.json", as_data(rows))

    def forget(self, person: Person) -> None:
        """Remove what goes; what the session holds is read anew."""
        self.ends(person)
        db.session.flush()
        carry_out(*self.gone(person))


_parts: dict[str, OwnPart] = {}


def add_part(part: OwnPart) -> None:
    """Let a feature's part be in every download and every leaving."""
    _parts[part.name] = part


def parts() -> list[OwnPart]:
    """All parts, in the order in which they were added."""
    return list(_parts.values())


Single = Callable[[Person, int], Iterable[Piece]]
"""All about one thing of somebody's, by its id; nothing where it is not theirs."""
_singles: dict[str, Single] = {}


def add_single(name: str, collect: Single) -> None:
    """Let one thing of the part of this name be downloaded alone."""
    _singles[name] = collect


def parts_about(single: str | None) -> list[OwnPart]:
    """All parts; or that of one thing alone, as "clips-12". Raises `LookupError`."""
    if single is None:
        return parts()
    name, _dash, number = single.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise LookupError(single)
    collect = _singles[name]
    about_it = replace(_parts[name], rows=lambda _person: {})
    return [replace(about_it, files=lambda person: collect(person, int(number)))]


def as_data(statement: Rows) -> list[dict[str, Any]]:
    """The rows of a statement that selects columns, as JSON holds them."""
    return [
        {name: _plain(value) for name, value in row._mapping.items()}
        for row in db.session.execute(statement)
    ]


def columns_of(table: type[Base], *hidden: str) -> list[ColumnElement[Any]]:
    """The columns of a table but for those of these names, which say nothing to its person."""
    return [column for column in table.__table__.c if column.name not in hidden]


def carry_out(*statements: Executable) -> None:
    """Delete and change rows, in this order; what the session holds of them is read anew."""
    for statement in statements:
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()


def file_name(title: str, number: int, ending: str) -> str:
    """A name that every file system takes, unique by its number."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in title)[:60]
    words = "-".join(filter(None, plain.split("-")))
    return f"{number}-{words or 'untitled'}.{ending}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
