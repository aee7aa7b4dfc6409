"""Finding modules by words: FTS5 on SQLite, tsvector on PostgreSQL, one function for both.

Words are folded before they are stored and before they are sought (lower case, without accents),
so that both databases find the same. What is for facilitators only is never stored here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DDL, Float, Integer, String, Subquery, bindparam, event, text

from pdportal.db import db
from pdportal.folding import folded_words
from pdportal.modules.models import Page

CREATE_ON_SQLITE = (
    "CREATE VIRTUAL TABLE page_search USING fts5("
    "name, heading, skills, words, module_id UNINDEXED, page_id UNINDEXED, "
    "prefix='2 3', tokenize='unicode61')"
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

_pages = Page.__table__
_ddl: Any = DDL
for _dialect, _create, _drop in (
    ("sqlite", CREATE_ON_SQLITE, DROP_ON_SQLITE),
    ("postgresql", CREATE_ON_POSTGRESQL, DROP_ON_POSTGRESQL),
):
    event.listen(_pages, "after_create", _ddl(_create).execute_if(dialect=_dialect))
    event.listen(_pages, "before_drop", _ddl(_drop).execute_if(dialect=_dialect))

_PUT_ON_SQLITE = text(
    "INSERT INTO page_search (module_id, page_id, name, heading, skills, words) "
    "VALUES (:module_id, :page_id, :name, :heading, :skills, :words)"
)
_PUT_ON_POSTGRESQL = text(
    "INSERT INTO page_search (module_id, page_id, words) VALUES (:module_id, :page_id, "
    "setweight(to_tsvector('simple', :name), 'A') || "
    "setweight(to_tsvector('simple', :heading), 'B') || "
    "setweight(to_tsvector('simple', :skills), 'C') || "
    "setweight(to_tsvector('simple', :words), 'D'))"
)
_CLEAR = text("DELETE FROM page_search WHERE module_id = :module_id")

_BEST_PAGE = (
    " SELECT module_id, page_id, score FROM (SELECT module_id, page_id, score, row_number() OVER ("
    "PARTITION BY module_id ORDER BY score, page_id) AS place FROM hits) AS ranked WHERE place = 1"
)
_FIND_ON_SQLITE = (
    "WITH hits AS MATERIALIZED (SELECT module_id, page_id, "  # noqa: S608 — constants
    "bm25(page_search, 10.0, 5.0, 3.0, 1.0) AS score FROM page_search "
    "WHERE page_search MATCH :sought)" + _BEST_PAGE
)
_FIND_ON_POSTGRESQL = (
    "WITH hits AS MATERIALIZED (SELECT module_id, page_id, "
    "-ts_rank(CAST('{0.1, 0.3, 0.5, 1.0}' AS float4[]), words, sought) AS score "
    "FROM page_search, to_tsquery('simple', :sought) AS sought WHERE words @@ sought)" + _BEST_PAGE
)


@dataclass(frozen=True)
class Entry:
    """What can be found of one page, or of a module itself where `page_id` is None."""

    page_id: int | None
    name: str
    heading: str
    skills: str
    words: str


def store(module_id: int, entries: Iterable[Entry]) -> None:
    """Replace what a module is found by."""
    db.session.execute(_CLEAR, {"module_id": module_id})
    rows = [
        {
            "module_id": module_id,
            "page_id": entry.page_id,
            "name": _stored(entry.name),
            "heading": _stored(entry.heading),
            "skills": _stored(entry.skills),
            "words": _stored(entry.words),
        }
        for entry in entries
    ]
    if rows:
        db.session.execute(_PUT_ON_SQLITE if _on_sqlite() else _PUT_ON_POSTGRESQL, rows)


def matching(words: list[str], *, every: bool = True) -> Subquery:
    """Modules with all (or some) of these words or their beginnings: `module_id, page_id, score`.

    Each comes once, with its best page (None is the module itself); the lower the score the better.
    The words come from `folding.words_of`, so that nothing a person types is an error.
    """
    if _on_sqlite():
        sought = (" AND " if every else " OR ").join(f'"{word}"*' for word in words)
        statement = text(_FIND_ON_SQLITE)
    else:
        sought = (" & " if every else " | ").join(f"'{word}':*" for word in words)
        statement = text(_FIND_ON_POSTGRESQL)
    return (
        statement.bindparams(bindparam("sought", sought, String))
        .columns(module_id=Integer, page_id=Integer, score=Float)
        .subquery("found")
    )


def _stored(words: str) -> str:
    return " ".join(folded_words(words))


def _on_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
