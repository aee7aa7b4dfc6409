"""The one rule by which a page is read and a module is done, in SQL and in words.

A module is done when every page that counts is read, no block on them is left, and every
`Condition` that was added is met. Pages count on the reader's track and unless they are optional,
blocks unless they are optional or stand in an alternative that was not chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select

from pdportal.db import fetch_one
from pdportal.modules.models import BlockKind, Enrollment, Section
from pdportal.modules.parts import (
    ENROLLMENT,
    answer,
    block,
    chosen,
    hand_in,
    page,
    page_counts,
    read,
    together,
)
from pdportal.web.words import gettext as _
from pdportal.web.words import ngettext

EDITION: BindParameter[int] = bindparam("edition_id")

_DONE: dict[BlockKind, tuple[Any, ...]] = {
    BlockKind.QUESTION: (answer,),
    BlockKind.TASK: (hand_in, hand_in.c.handed_in_at.is_not(None)),
    BlockKind.CHOICE: (chosen,),
    BlockKind.TOGETHER: (together, together.c.done_at.is_not(None)),
}
"""The kinds of blocks that may be left, until there is such a row: all others are there for whoever
wants them. A correction may be finished by one's group, or alone."""

ASKED = tuple(_DONE)

is_asked = or_(*(block.c.kind == kind for kind in ASKED))
"""Of `block`: it is of such a kind."""


@dataclass(frozen=True)
class Condition:
    """What an edition may ask for beside its pages and blocks: it stands in `Edition.asks`."""

    left: ColumnElement[int]
    """How much of it is left: 0 once it is met, and where the edition does not ask for it.

    Of the parameters `ENROLLMENT` and `EDITION`; part of one statement on the way of an answer.
    """
    said: Callable[[Any], str]
    """In words that end “Done when: ”, from what the edition asks: “the check met”."""


_conditions: dict[str, Condition] = {}


def add_condition(name: str, condition: Condition) -> None:
    """Let editions that have `name` in their `asks` be done only once this is met, too."""
    _conditions[name] = condition
    _left.cache_clear()


def _is_mine(table: Any) -> ColumnElement[bool]:
    return and_(table.c.block_id == block.c.id, table.c.enrollment_id == ENROLLMENT)


block_counts = and_(
    block.c.optional.is_(False),
    or_(
        block.c.choice_id.is_(None),
        select(chosen.c.option)
        .where(
            chosen.c.block_id == block.c.choice_id,
            chosen.c.enrollment_id == ENROLLMENT,
            chosen.c.option == block.c.option,
        )
        .correlate(block)
        .exists(),
    ),
)
"""Of `block` and `ENROLLMENT`: it is asked for before its page and module are done."""

is_left = or_(
    *(
        and_(
            block.c.kind == kind,
            ~select(table.c.block_id).where(_is_mine(table), *done).correlate(block).exists(),
        )
        for kind, (table, *done) in _DONE.items()
    )
)
"""Of the same: a question not answered, a task not handed in, a choice not made, and so on."""

_pages = (
    select(func.count())
    .select_from(page)
    .where(page.c.edition_id == EDITION, page_counts(page, bindparam("track")))
)
_unread = ~select(read.c.page_id).where(
    read.c.page_id == page.c.id, read.c.enrollment_id == ENROLLMENT
).correlate(page).exists()  # fmt: skip
_blocks_left = (
    select(func.count())
    .select_from(block.join(page, page.c.id == block.c.page_id))
    .where(page.c.edition_id == EDITION, block_counts, is_left)
)
_LEFT_ON_PAGE = _blocks_left.where(page.c.id == bindparam("page_id"))


@cache
def _left() -> Select[int]:
    blocks = _blocks_left.where(page_counts(page, bindparam("track")))
    left: Any = _pages.where(_unread).scalar_subquery() + blocks.scalar_subquery()
    for condition in _conditions.values():
        left += condition.left
    return select(left.label("left"))


def is_done(enrollment: Enrollment) -> bool:
    """Whether nothing that its edition asks for is left; what is new is flushed."""
    row = fetch_one(_left(), _values(enrollment))
    return row is not None and not row[0]


def is_page_done(enrollment: Enrollment, page_id: int) -> bool:
    """Whether no block of a page is left, so that it counts as read; what is new is flushed."""
    row = fetch_one(_LEFT_ON_PAGE, {**_values(enrollment), "page_id": page_id})
    return row is not None and not row[0]


def _values(enrollment: Enrollment) -> dict[str, Any]:
    return {
        "enrollment_id": enrollment.id,
        "edition_id": enrollment.edition_id,
        "track": enrollment.track,
    }


# In words, and for a page whose edition is known already


class Asked(NamedTuple):
    """A block that may be left, as its edition has it."""

    id: int
    page_id: int
    kind: BlockKind
    optional: bool
    choice_id: int | None
    option: str

    def counts(self, chosen: Mapping[int, str]) -> bool:
        """The same rule as `block_counts`; `chosen` has the alternatives by their choices."""
        in_place = self.choice_id is None or chosen.get(self.choice_id) == self.option
        return not self.optional and in_place


def counts(page: Any, track: str) -> bool:
    """The same rule as `page_counts`, for a page in hand."""
    return page.section == Section.PAGE and not page.optional and page.track in {"", track}


def done_when(pages: int, blocks: Iterable[BlockKind], asks: Mapping[str, Any]) -> str:
    """The rule in words: so many pages that count, the kinds of the blocks that do, and more."""
    many = Counter(blocks)
    sentences = {
        BlockKind.CHOICE: ngettext(
            "%(num)s choice made", "%(num)s choices made", many[BlockKind.CHOICE]
        ),
        BlockKind.QUESTION: ngettext(
            "%(num)s question answered, right or not",
            "%(num)s questions answered, right or not",
            many[BlockKind.QUESTION],
        ),
        BlockKind.TASK: ngettext(
            "%(num)s task handed in", "%(num)s tasks handed in", many[BlockKind.TASK]
        ),
        BlockKind.TOGETHER: ngettext(
            "%(num)s set of questions corrected, together or alone",
            "%(num)s sets of questions corrected, together or alone",
            many[BlockKind.TOGETHER],
        ),
    }
    parts = [ngettext("%(num)s page read", "%(num)s pages read", pages)]
    parts += [words for kind, words in sentences.items() if many[kind]]
    parts += [_conditions[name].said(asked) for name, asked in asks.items() if name in _conditions]
    return _("Done when: %(what)s.", what="; ".join(parts))
