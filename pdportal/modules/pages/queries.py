"""One page of a module as one person meets it.

What a page is made of never changes in its edition, nor does the list of its pages: both are read
once and cached. Each reader's own state takes two statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import String, and_, bindparam, case, cast, func, or_, select

from pdportal.accounts.models import Person
from pdportal.db import comma_joined, fetch_all, fetch_one
from pdportal.modules.enrollments.rule import ASKED, Asked, is_asked
from pdportal.modules.models import Asset, BlockKind, Section
from pdportal.modules.notes.models import OwnNote
from pdportal.modules.pages import places
from pdportal.modules.parts import (
    ME,
    Line,
    block,
    chosen,
    edition,
    enrollment,
    module,
    my_editions,
    my_track,
    page,
    read,
)
from pdportal.web.errors import or_404

_ADDRESS = re.compile(r'<a href="(https?://[^"]+)"([^<>]*)>(\1)</a>')
_SEEN = r'<a href="\1"\2 class="address">\3</a>'
"""An address that is written out: printed, it need not be said again."""

MOST_PAGES = 300
"""How many pages a process caches: some tens of kilobytes each."""

asset_ = Asset.__table__
note = OwnNote.__table__


class Opened(SimpleNamespace):
    """A page in the edition that somebody began, or else in the current one: see `_OPENED`.

    With None for what is not there: an enrollment, a page of this name.
    """

    def but(self, **changed: Any) -> Opened:
        """The same with something else in it."""
        return Opened(**vars(self) | changed)

    @property
    def chosen(self) -> dict[int, str]:
        """The alternatives that were chosen, by the ids of their choices."""
        pairs = (pair.split("=", 1) for pair in (self.choices or "").split(",") if pair)
        return {int(block_id): option for block_id, option in pairs}

    @property
    def has_moved_on(self) -> bool:
        """Whether a newer edition than the one begun is out."""
        return self.current_id not in {None, self.edition_id}

    @property
    def is_topping_up(self) -> bool:
        """Whether this was finished in another edition, and may be read where it changed since."""
        return self.finished_in_id not in {None, self.edition_id}

    @property
    def address(self) -> str:
        """Where the module is; its pages are below."""
        return f"/learn/{self.slug}"

    @property
    def known_as(self) -> tuple[str, str, str | None]:
        """A key of this compiled page, unique among all editions."""
        return (self.slug, self.content_hash, self.page_slug)


class Near(NamedTuple):
    """A page of the same edition."""

    id: int
    slug: str
    title: str
    section: Section
    number: int
    minutes: int
    track: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A page of an edition: safe HTML and keys of blocks in turn, and the pages around it."""

    body: tuple[Markup | str, ...]
    blocks: dict[str, tuple[BlockKind, dict[str, Any]]]
    kinds: frozenset[BlockKind] = frozenset()
    """The kinds of its blocks."""
    pages: tuple[Near, ...] = ()
    """All pages of its edition in order."""
    headings: tuple[tuple[int, str, str], ...] = ()
    """Level, id and words of the headings that a table of contents has."""
    places: dict[str, str] = field(default_factory=dict)
    """Where a reader may stop, in order: the ids of headings and blocks, and what to call them."""
    asked: tuple[Asked, ...] = ()
    """All blocks of its edition that may be left."""
    tracks: dict[str, str] = field(default_factory=dict)
    """The titles of the tracks of its edition, by their keys."""
    asks: dict[str, Any] = field(default_factory=dict)
    """What its edition asks for beside."""


def _list_of(its: Any, table: Any) -> Any:
    """What a way has of something, separated by commas."""
    rows = select(comma_joined(its)).where(table.c.enrollment_id == enrollment.c.id)
    return rows.correlate(enrollment).scalar_subquery()


_notes = (
    select(func.count())
    .where(
        note.c.person_id == ME,
        note.c.module_id == module.c.id,
        note.c.page_slug == bindparam("page_slug"),
        note.c.removed_at.is_(None),
    )
    .correlate(module)
    .scalar_subquery()
)
_OPENED = (
    select(
        module.c.id.label("module_id"),
        *module.c["slug", "current_id"],  # no current edition: withdrawn, whoever began reads on
        edition.c.id.label("edition_id"),
        *edition.c["content_hash", "title", "language"],
        enrollment.c.id.label("enrollment_id"),
        *enrollment.c["finished_at", "finished_in_id", "left_at", "last_page_id", "last_place"],
        page.c.id.label("page_id"),
        page.c.slug.label("page_slug"),
        page.c.title.label("page_title"),
        *page.c["section", "number", "minutes", "break_minutes"],
        my_track.label("track"),
        _list_of(cast(read.c.page_id, String), read).label("pages_read"),
        # The alternatives that were chosen, each as `12=read` with the id of the choice.
        _list_of(cast(chosen.c.block_id, String) + "=" + chosen.c.option, chosen).label("choices"),
        _notes.label("notes"),
    )
    .select_from(
        my_editions().outerjoin(
            page, and_(page.c.edition_id == edition.c.id, page.c.slug == bindparam("page_slug"))
        )
    )
    .where(module.c.slug == bindparam("slug"))
)

_is_it = page.c.id == bindparam("page_id")

_COMPILED = (
    select(
        *page.c["id", "slug", "title", "section", "number", "minutes", "track", "optional"],
        case((_is_it, page.c.body)).label("body"),
        case((_is_it, page.c.headings)).label("headings"),
        *edition.c["tracks", "asks"],
        block.c.id.label("block_id"),
        *block.c["key", "kind"],
        block.c.optional.label("is_optional"),
        *block.c["choice_id", "option"],
        case((_is_it, block.c.data)).label("data"),
    )
    .select_from(
        page.join(edition, edition.c.id == page.c.edition_id).outerjoin(
            block, and_(block.c.page_id == page.c.id, or_(_is_it, is_asked))
        )
    )
    .where(page.c.edition_id == bindparam("edition_id"))
    .order_by(page.c.number, block.c.id)
)

_ASSET = (
    select(*asset_.c["name", "sha256", "content_type", "size"])
    .select_from(
        asset_.join(edition, edition.c.id == asset_.c.edition_id).join(
            module, module.c.id == edition.c.module_id
        )
    )
    .where(
        module.c.slug == bindparam("slug"),
        asset_.c.sha256 >= bindparam("from_hash"),
        asset_.c.sha256 < bindparam("to_hash"),
        asset_.c.name == bindparam("name"),
    )
    .limit(1)
)


def opened(person: Person, slug: str, page_slug: str) -> Opened:
    """The module and page at an address; raises `NotFound` where there is no such module."""
    values = {"person_id": person.id, "slug": slug, "page_slug": page_slug}
    row = or_404(fetch_one(_OPENED, values))
    return Opened(**row._asdict())


def cache_compiled_pages(app: Flask) -> None:
    """Cache compiled pages for this app in memory."""
    app.extensions["pdportal.compiled"] = lru_cache(maxsize=MOST_PAGES)(_read_compiled_page)


def compiled_page(opened: Opened) -> Compiled:
    """The page as it was compiled."""
    read: Callable[..., Compiled] = current_app.extensions["pdportal.compiled"]
    return read(opened.edition_id, opened.page_id, opened.known_as)


def _read_compiled_page(edition_id: int, page_id: int, _known_as: tuple[str, ...]) -> Compiled:
    rows = fetch_all(_COMPILED, {"page_id": page_id, "edition_id": edition_id})
    it = next(row for row in rows if row.id == page_id)
    blocks = {row.key: (row.kind, row.data) for row in rows if row.key and row.id == page_id}
    headings = [(level, name, words) for level, name, words in it.headings]
    page = compiled(it.body, blocks)
    return replace(
        page,
        pages=tuple({row.id: Near(*row[:8]) for row in rows}.values()),
        headings=places.listed(headings),
        places=places.where_one_stops(page.body, blocks, headings),
        asked=tuple(
            Asked(row.block_id, row.id, row.kind, row.is_optional, row.choice_id, row.option)
            for row in rows
            if row.kind in ASKED
        ),
        tracks={track["key"]: track["title"] for track in it.tracks},
        asks=it.asks,
    )


def compiled(
    body: Sequence[Mapping[str, str]], blocks: dict[str, tuple[BlockKind, dict[str, Any]]]
) -> Compiled:
    """A page as it is stored, by itself."""
    pieces = (
        Markup(_ADDRESS.sub(_SEEN, segment["html"]))  # noqa: S704  # cleaned when published
        if "html" in segment
        else segment["block"]
        for segment in body
    )
    return Compiled(tuple(pieces), blocks, frozenset(kind for kind, _data in blocks.values()))


def asset(slug: str, hash_begin: str, name: str) -> Line | None:
    """A file of any edition of a module, by the beginning of its hash and its name."""
    values = {"slug": slug, "from_hash": hash_begin, "to_hash": hash_begin + "g", "name": name}
    return fetch_one(_ASSET, values)
