"""All pages of an edition with their blocks, in two statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import bindparam, select

from pdportal.db import fetch_all
from pdportal.modules.models import BlockKind
from pdportal.modules.pages.queries import Compiled, compiled
from pdportal.modules.parts import Line, block, page

_PAGES = (
    select(
        page.c.id,
        page.c.slug,
        page.c.title,
        page.c.section,
        page.c.number,
        page.c.minutes,
        page.c.break_minutes,
        page.c.body,
    )
    .where(page.c.edition_id == bindparam("edition_id"))
    .order_by(page.c.number)
)
_BLOCKS = (
    select(block.c.page_id, block.c.key, block.c.kind, block.c.data)
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
