"""What the current edition of a module is found by: its words, and its tags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import escape
from sqlalchemy import Connection, delete, insert, select

from pdportal.content.html import plain_text
from pdportal.db import db
from pdportal.folding import fold
from pdportal.modules.library import search
from pdportal.modules.models import (
    ANY,
    Block,
    BlockKind,
    Edition,
    Facet,
    Module,
    ModuleTag,
    Page,
    Section,
)

LONGEST_NAME = 80


def make_findable(edition: Edition) -> None:
    """Replace what the module of this edition is found by."""
    db.session.flush()
    columns = {column.name: getattr(edition, column.name) for column in Edition.__table__.columns}
    index(db.session.connection(), columns)


def make_unfindable(module: Module) -> None:
    """Remove what a module is found by."""
    connection = db.session.connection()
    connection.execute(delete(ModuleTag).where(ModuleTag.module_id == module.id))
    search.store(connection, module.id, "", [])


def index(connection: Connection, edition: Mapping[str, Any]) -> None:
    """The same, of an edition's columns: an upgrade does so for all that are out."""
    module_id = edition["module_id"]
    connection.execute(delete(ModuleTag).where(ModuleTag.module_id == module_id))
    pages = connection.execute(
        select(Page.id, Page.title, Page.body)
        .where(Page.edition_id == edition["id"], Page.section != Section.FACILITATORS)
        .order_by(Page.id)
    )
    blocks = defaultdict[int, dict[str, str]](dict)
    asked_about = []
    for row in connection.execute(
        select(Block.page_id, Block.key, Block.kind, Block.data).where(
            Block.edition_id == edition["id"], Block.kind != BlockKind.NOTE
        )
    ):
        blocks[row.page_id][row.key] = _asked(row.data)
        asked_about.append(row.data.get("skill", ""))
    tags = [
        {"module_id": module_id, "facet": facet, "name": name, "folded": fold(name)[:LONGEST_NAME]}
        for facet, names in _tags(edition, asked_about).items()
        for name in names
    ]
    connection.execute(insert(ModuleTag), tags)
    entries = [
        _about(edition),
        *(
            search.Entry(page.id, "", page.title, _words(page.body, blocks[page.id]))
            for page in pages
        ),
    ]
    search.store(connection, module_id, edition["language"], entries)


def _words(body: list[dict[str, str]], blocks: Mapping[str, str]) -> str:
    """The words of a page as a reader meets it, before any question is answered."""
    pieces = (piece.get("html") or blocks.get(piece.get("block", ""), "") for piece in body)
    return "\n".join(plain_text(piece) for piece in pieces if piece)


def _asked(data: Mapping[str, Any]) -> str:
    """What a block shows before it is answered, as HTML; what it says afterwards is left out."""
    shown = [escape(data.get("title") or ""), data.get("prompt_html", ""), data.get("html", "")]
    shown += [escape(field["label"]) for field in data.get("fields", ())]
    shown += [
        option.get("html") or escape(option.get("title", "")) for option in data.get("options", ())
    ]
    return "".join(f"<p>{words}</p>" for words in shown if words)


def _about(edition: Mapping[str, Any]) -> search.Entry:
    """What is found of the module itself: its title, what it is about, and what it says of it."""
    found_by = edition["skills"] + edition["facets"].get("subject", [])
    words = [edition["summary"], *edition["outcomes"], edition["audience"], *edition["authors"]]
    words.append(plain_text(edition["about"]))
    return search.Entry(None, edition["title"], " · ".join(found_by), "\n".join(words))


def _tags(edition: Mapping[str, Any], asked_about: list[str]) -> dict[Facet, list[str]]:
    """The names under each facet, each once however it is written."""
    facets = edition["facets"]
    named: dict[Facet, list[str]] = {
        Facet.SKILL: edition["skills"] + asked_about,
        Facet.GRADE: facets.get("grade") or [ANY],
        Facet.SUBJECT: facets.get("subject") or [ANY],
        Facet.LANGUAGE: [edition["language"]],
        Facet.FORMAT: facets.get("format", []),
        Facet.LENS: facets.get("lens", []),
        Facet.AFTER: edition["prerequisites"],
    }
    return {facet: list(_once(names)) for facet, names in named.items()}


def _once(names: list[str]) -> Iterator[str]:
    known: set[str] = set()
    for name in names:
        short = " ".join(name.split())[:LONGEST_NAME]
        if short.casefold() not in known and (short or name == ANY):
            known.add(short.casefold())
            yield short
