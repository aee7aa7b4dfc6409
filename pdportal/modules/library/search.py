"""Finding modules by words: FTS5 on SQLite, tsvector on PostgreSQL, one function for both.

Words are folded and cut here before they are stored and before they are sought, and neither
database's own parser is asked, so that both find the same. Languages written without blanks are
stored as pairs of letters, and sought as neighbouring pairs (`docs/decisions/0021-the-library.md`).
What is for facilitators only is never stored here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import DDL, Connection, Float, Integer, String, Subquery, bindparam, event, text

from pdportal.db import db
from pdportal.folding import INSIDE, LONGEST_WORD, folded_words, has_no_blanks, pairs, pieces
from pdportal.modules.models import Page

CREATE_ON_SQLITE = (
    "CREATE VIRTUAL TABLE page_search USING fts5("
    "name, heading, words, endings, prefix='2 3', tokenize='ascii')"
)
DROP_ON_SQLITE = "DROP TABLE IF EXISTS page_search"
CREATE_ON_POSTGRESQL = (
    "CREATE TABLE page_search ("
    "module_id INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE, "
    "page_id INTEGER REFERENCES page (id) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL); "
    "CREATE INDEX ix_page_search_words ON page_search USING gin (words); "
    "CREATE INDEX ix_page_search_module_id ON page_search (module_id)"
)
DROP_ON_POSTGRESQL = "DROP TABLE IF EXISTS page_search"
OWN_TABLES = re.compile(r"page_search(_(data|idx|content|docsize|config))?")
"""Tables that no model describes; a comparison of models and migrations leaves them out."""

COLUMNS = (("name", "A"), ("heading", "B"), ("words", "C"), ("endings", "D"))
"""What weighs most comes first; the letters are PostgreSQL's."""
AT_ONCE = 2_000
OVERLAP = 50
"""Words of a page in one row, and so many of them in the next row, too: PostgreSQL takes a megabyte
in a row, places up to 16,383, and 255 of a word."""
MOST_ENDINGS = 4_500
OF_MODULE, OF_PAGE = 40, 10
"""The row of FTS5 says where it belongs: the module's id from bit 40, the page's (0: the module
itself) from bit 10, then which row of the page. Reading columns beside takes twice as long."""
COMPOUND = 9
"""A word of so many letters may be made of several, in the languages that do so."""
COMPOUNDING = frozenset({"af", "da", "de", "et", "fi", "fy", "hu", "is", "lb", "nb", "nl", "nn",
                         "no", "sv"})  # fmt: skip
PREFIXING = frozenset({"ar", "arz", "ary", "apc", "he", "yi"})

_pages = Page.__table__
_ddl: Any = DDL
for _dialect, _create, _drop in (
    ("sqlite", CREATE_ON_SQLITE, DROP_ON_SQLITE),
    ("postgresql", CREATE_ON_POSTGRESQL, DROP_ON_POSTGRESQL),
):
    event.listen(_pages, "after_create", _ddl(_create).execute_if(dialect=_dialect))
    event.listen(_pages, "before_drop", _ddl(_drop).execute_if(dialect=_dialect))

_PUT_ON_SQLITE = text(
    "INSERT INTO page_search (rowid, name, heading, words, endings) "
    "VALUES (:place, :name, :heading, :words, :endings)"
)
_PUT_ON_POSTGRESQL = text(
    "INSERT INTO page_search (module_id, page_id, words) "
    "VALUES (:module_id, :page_id, CAST(:words AS tsvector))"
)
_CLEAR_ON_SQLITE = text(
    f"DELETE FROM page_search WHERE rowid >= :module_id << {OF_MODULE} "  # noqa: S608  # constants
    f"AND rowid < (:module_id + 1) << {OF_MODULE}"
)
_CLEAR_ON_POSTGRESQL = text("DELETE FROM page_search WHERE module_id = :module_id")

_MODULE_ID = f"rowid >> {OF_MODULE}"
_FIND_ON_SQLITE = (
    f"WITH hits AS MATERIALIZED (SELECT {_MODULE_ID} AS module_id, "  # noqa: S608  # constants
    f"(rowid >> {OF_PAGE}) & {(1 << OF_MODULE - OF_PAGE) - 1} AS page_id, "
    "bm25(page_search, 10.0, 4.0, 1.0, 0.1) AS score FROM page_search "
    "WHERE page_search MATCH :sought) "
    # The columns beside a minimum are those of its row.
    "SELECT module_id, page_id, min(score) AS score FROM hits GROUP BY module_id"
)
_FIND_ON_POSTGRESQL = (
    "WITH hits AS MATERIALIZED (SELECT module_id, page_id, "
    "-ts_rank(CAST('{0.01, 0.1, 0.4, 1.0}' AS float4[]), words, sought) AS score "
    "FROM page_search, CAST(:sought AS tsquery) AS sought WHERE words @@ sought) "
    "SELECT DISTINCT ON (module_id) module_id, page_id, score FROM hits "
    "ORDER BY module_id, score, page_id"
)
_WHICH_ON_SQLITE = (
    f"SELECT DISTINCT {_MODULE_ID} AS module_id "  # noqa: S608  # constants
    "FROM page_search WHERE page_search MATCH :sought"
)
_WHICH_ON_POSTGRESQL = (
    "SELECT DISTINCT module_id FROM page_search WHERE words @@ CAST(:sought AS tsquery)"
)


@dataclass(frozen=True)
class Entry:
    """What can be found of one page, or of a module itself where `page_id` is None."""

    page_id: int | None
    name: str
    heading: str
    words: str


def store(connection: Connection, module_id: int, language: str, entries: Iterable[Entry]) -> None:
    """Replace what a module is found by."""
    on_sqlite = connection.dialect.name == "sqlite"
    clear = _CLEAR_ON_SQLITE if on_sqlite else _CLEAR_ON_POSTGRESQL
    connection.execute(clear, {"module_id": module_id})
    rows = [
        _row_on_sqlite(module_id, entry, number, columns)
        if on_sqlite
        else {"module_id": module_id, "page_id": entry.page_id, "words": _vector(columns)}
        for entry in entries
        for number, columns in enumerate(_rows(entry, language))
    ]
    if rows:
        connection.execute(_PUT_ON_SQLITE if on_sqlite else _PUT_ON_POSTGRESQL, rows)


def matching(words: list[str], *, every: bool = True, ranked: bool = True) -> Subquery:
    """Modules with all (or some) of these words or their beginnings: `module_id, page_id, score`.

    Each comes once, with its best page (none or 0 is the module itself); the lower the score the
    better. Only the ids where they need not be `ranked`. The words come from `folding.words_of`, so
    that nothing a person types is an error.
    """
    on_sqlite = db.session.get_bind().dialect.name == "sqlite"
    parts = [part for word in words for part in _parts(word, whole=every)]
    if on_sqlite:
        sought = (" AND " if every else " OR ").join(
            f'"{part[0]}"*' if len(part) == 1 else f'"{" ".join(part)}"' for part in parts
        )
    else:
        sought = (" & " if every else " | ").join(
            f"'{part[0]}':*"
            if len(part) == 1
            else "(" + " <-> ".join(map("'{}'".format, part)) + ")"
            for part in parts
        )
    columns: dict[str, Any] = {"module_id": Integer}
    if ranked:
        columns |= {"page_id": Integer, "score": Float}
        find = _FIND_ON_SQLITE if on_sqlite else _FIND_ON_POSTGRESQL
    else:
        find = _WHICH_ON_SQLITE if on_sqlite else _WHICH_ON_POSTGRESQL
    return (
        text(find)
        .bindparams(bindparam("sought", sought, String))
        .columns(**columns)
        .subquery("found")
    )


def is_divisible(words: list[str]) -> bool:
    """Whether some of what is sought can be found where not all of it is."""
    return len(words) > 1 or any(has_no_blanks(word) and len(pieces(word)) > 1 for word in words)


def _parts(word: str, *, whole: bool) -> Iterator[list[str]]:
    """What is looked for, each as neighbours in order: one word, or pairs of a run."""
    if not has_no_blanks(word):
        yield [word]
    elif whole:
        yield pairs(word)
    else:
        yield from map(pairs, pieces(word))


def _rows(entry: Entry, language: str) -> Iterator[dict[str, list[str]]]:
    """The words of each column; a long page makes several rows."""
    words = _tokens(entry.words)
    once = {"name": _tokens(entry.name), "heading": _tokens(entry.heading)[:AT_ONCE]}
    for start in range(0, max(1, len(words) - OVERLAP), AT_ONCE - OVERLAP):
        some = words[start : start + AT_ONCE]
        yield once | {
            "words": some,
            "endings": _endings(once["name"] + once["heading"] + some, language),
        }


def _tokens(words: str) -> list[str]:
    found: list[str] = []
    for word in folded_words(words):
        if has_no_blanks(word):
            found += pairs(word) + [word[-1]] * (len(word) > 1)
        else:
            found.append(word[:LONGEST_WORD])
    return found


def _endings(words: list[str], language: str) -> list[str]:
    """What words end in, where they are made of several: "ziele" of "lernziele"; or where an
    article or a preposition is written with them, as in Arabic and Hebrew.
    """
    spoken = language.split("-")[0].lower()
    endings: list[str] = []
    for word in dict.fromkeys(words):
        if spoken in COMPOUNDING and len(word) >= COMPOUND:
            endings += [word[at:] for at in range(2, len(word) - INSIDE + 1)]
        elif spoken in PREFIXING:
            endings += [word[at:] for at in range(1, min(3, len(word) - 3) + 1)]
    return endings[:MOST_ENDINGS]


def _row_on_sqlite(
    module_id: int, entry: Entry, number: int, columns: dict[str, list[str]]
) -> dict[str, Any]:
    place = module_id << OF_MODULE | (entry.page_id or 0) << OF_PAGE | number
    return {"place": place} | {name: " ".join(words) for name, words in columns.items()}


def _vector(columns: dict[str, list[str]]) -> str:
    """The columns as PostgreSQL writes a tsvector, so that its parser has no say."""
    places: dict[str, list[str]] = {}
    place = count(1)
    for name, weight in COLUMNS:
        for word in columns[name]:
            places.setdefault(word, []).append(f"{min(next(place), 16_383)}{weight}")
        next(place)  # no neighbours across columns
    return " ".join(f"'{word}':{','.join(at[:255])}" for word, at in places.items())
