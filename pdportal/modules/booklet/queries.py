"""All pages of an edition, in two statements however many there are; and one for students."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import and_, bindparam, select

from pdportal.accounts.models import Person
from pdportal.db import fetch_all, fetch_one
from pdportal.modules.models import BlockKind
from pdportal.modules.pages.queries import Compiled, compiled
from pdportal.modules.parts import Line, block, edition, module, my_editions, page

_PAGES = (
    select(*page.c["id", "slug", "title", "section", "minutes", "body"])
    .where(page.c.edition_id == bindparam("edition_id"))
    .order_by(page.c.number)
)
_BLOCKS = (
    select(*block.c["page_id", "key", "kind", "data"])
    .where(block.c.edition_id == bindparam("edition_id"))
    .order_by(block.c.id)
)


def pages_of(edition_id: int) -> list[tuple[Line, Compiled]]:
    """The pages of an edition in order, each as it was compiled."""
    blocks: dict[int, dict[str, tuple[BlockKind, dict[str, Any]]]] = defaultdict(dict)
    values = {"edition_id": edition_id}
    for row in fetch_all(_BLOCKS, values):
        blocks[row.page_id][row.key] = (row.kind, row.data)
    return [(row, compiled(row.body, blocks[row.id])) for row in fetch_all(_PAGES, values)]


_MIRROR = (
    select(
        block.c.data,
        page.c.section,
        page.c.slug.label("page_slug"),
        module.c.slug,
        *edition.c["title", "language", "authors", "licence"],
    )
    .select_from(
        my_editions()
        .join(
            block,
            and_(
                block.c.edition_id == edition.c.id,
                block.c.kind == BlockKind.MIRROR,
                block.c.key == bindparam("key"),
            ),
        )
        .join(page, page.c.id == block.c.page_id)
    )
    .where(module.c.slug == bindparam("slug"))
)


def mirror(person: Person, slug: str, key: str) -> Line | None:
    """The hand-out of a module with this key, in one's own edition; None where there is none."""
    return fetch_one(_MIRROR, {"person_id": person.id, "slug": slug, "key": key})
