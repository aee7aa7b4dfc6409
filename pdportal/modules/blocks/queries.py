"""What one reader did in the blocks of a page or of a module, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, case, cast, func, or_, select

from pdportal.db import comma_joined, fetch_all, fetch_one
from pdportal.modules.models import BlockKind
from pdportal.modules.parts import (
    ENROLLMENT,
    Line,
    answer,
    block,
    chosen,
    draft,
    hand_in,
    page,
    reflection,
    review,
    revision,
    round_,
    step,
    taken_up,
    together,
    work,
)


def _is_mine(table: Any) -> Any:
    return and_(table.c.block_id == block.c.id, table.c.enrollment_id == ENROLLMENT)


def _of_the_work(counted: Any, *conditions: Any) -> Any:
    return select(func.count(counted)).where(*conditions).correlate(hand_in).scalar_subquery()


_try = (
    "["
    + cast(answer.c.answer, String)
    + case((answer.c.verdict.is_(None), ",null]"), (answer.c.verdict, ",true]"), else_=",false]")
)
_in_order = (
    select(_try.label("said"))
    .where(_is_mine(answer))
    .order_by(answer.c.id)
    .correlate(block)
    .subquery("tries_in_order")
)
_tries = select(comma_joined(_in_order.c.said)).scalar_subquery()
"""All tries at a question, oldest first: answers with their verdicts, as the items of a JSON list.

A sorted subquery is joined in its order, on both databases.
"""

_SHOWN: dict[BlockKind, tuple[list[Any], list[tuple[Any, Any]]]] = {
    BlockKind.QUESTION: ([_tries.label("tries")], []),
    BlockKind.REFLECTION: (
        [*reflection.c["text", "version", "saved_at"]],
        [(reflection, _is_mine(reflection))],
    ),
    BlockKind.TASK: (
        [
            *hand_in.c["work_id", "handed_in_at"],
            work.c.fields,
            draft.c.content,
            draft.c.version.label("draft_version"),
            draft.c.saved_at.label("draft_saved_at"),
            _of_the_work(revision.c.id, revision.c.work_id == hand_in.c.work_id).label("revisions"),
            _of_the_work(
                round_.c.id, round_.c.work_id == hand_in.c.work_id, round_.c.taken_back_at.is_(None)
            ).label("rounds"),
            _of_the_work(
                review.c.id,
                review.c.round_id == round_.c.id,
                round_.c.work_id == hand_in.c.work_id,
                review.c.given_at.is_not(None),
            ).label("reviews"),
        ],
        [
            (hand_in, _is_mine(hand_in)),
            (work, work.c.id == hand_in.c.work_id),
            (draft, draft.c.work_id == hand_in.c.work_id),
        ],
    ),
    BlockKind.TRYOUT: (
        [
            taken_up.c.step_id,
            *step.c["goal_id", "due_on", "plan", "prediction", "done_at", "removed_at", "outcome"],
        ],
        [(taken_up, _is_mine(taken_up)), (step, step.c.id == taken_up.c.step_id)],
    ),
    BlockKind.CHOICE: (
        [chosen.c.option.label("chosen"), chosen.c.why, chosen.c.version.label("why_version")],
        [(chosen, _is_mine(chosen))],
    ),
    BlockKind.TOGETHER: (
        [
            together.c.block_id.is_not(None).label("together_begun"),
            together.c.handed_in_at.is_not(None).label("together_handed_in"),
            together.c.done_at.is_not(None).label("together_done"),
        ],
        [(together, _is_mine(together))],
    ),
}
"""Of each kind: the columns that say what one reader did in it, and the tables that have them."""


@cache
def _blocks(kinds: frozenset[BlockKind]) -> Select[*tuple[Any, ...]]:
    """What one reader did in blocks, with the columns of these kinds: a page asks for its own."""
    columns: list[Any] = [*block.c["key", "kind", "page_id"]]
    tables: Any = block
    for kind, (its_columns, its_tables) in _SHOWN.items():
        if kind in kinds:
            columns += its_columns
            for table, condition in its_tables:
                tables = tables.outerjoin(table, condition)
    return select(*columns).select_from(tables).order_by(block.c.page_id, block.c.id)


@cache
def _on_a_page(kinds: frozenset[BlockKind]) -> Select[*tuple[Any, ...]]:
    return _blocks(kinds).where(block.c.page_id == bindparam("page_id"))


_OF_EDITION = _blocks(frozenset(BlockKind)).where(block.c.edition_id == bindparam("edition_id"))
_TO_SHOW = frozenset({BlockKind.TASK, BlockKind.TRYOUT, BlockKind.MIRROR})
_RESULTS = (
    _blocks(_TO_SHOW)
    .add_columns(page.c.slug, page.c.section, block.c.data)
    .join(page, page.c.id == block.c.page_id)
    .where(
        block.c.edition_id == bindparam("edition_id"),
        or_(*(block.c.kind == kind for kind in sorted(_TO_SHOW))),
    )
)


def blocks_on(
    page_id: int, enrollment_id: int | None, kinds: frozenset[BlockKind]
) -> Sequence[Line]:
    """What one reader answered, wrote, handed in and took up in the blocks of a page."""
    values = {"page_id": page_id, "enrollment_id": enrollment_id}
    return fetch_all(_on_a_page(kinds), values)


def blocks_of(edition_id: int, enrollment_id: int | None) -> Sequence[Line]:
    """The same in the blocks of all pages, with `page_id`."""
    return fetch_all(_OF_EDITION, {"edition_id": edition_id, "enrollment_id": enrollment_id})


_LAST_TRY = select(
    block.c.id,
    select(answer.c.answer)
    .where(_is_mine(answer))
    .correlate(block)
    .order_by(answer.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("answer"),
).where(block.c.page_id == bindparam("page_id"), block.c.key == bindparam("key"))


def last_try(page_id: int, key: str, enrollment_id: int) -> tuple[int, Any]:
    """The id of a question, and the last answer to it; None for the answer if there is none."""
    values = {"page_id": page_id, "key": key, "enrollment_id": enrollment_id}
    row = fetch_one(_LAST_TRY, values)
    assert row is not None  # noqa: S101  # keys are unique on a page, and this one was compiled
    return row.id, row.answer


_WRITTEN_BEFORE = (
    select(block.c.key, reflection.c.text, step.c.plan, step.c.prediction)
    .select_from(
        block.outerjoin(reflection, _is_mine(reflection))
        .outerjoin(taken_up, _is_mine(taken_up))
        .outerjoin(step, and_(step.c.id == taken_up.c.step_id, step.c.removed_at.is_(None)))
    )
    .where(block.c.edition_id == bindparam("edition_id"))
    .where(or_(reflection.c.text.is_not(None), step.c.plan.is_not(None)))
)


def written_before(edition_id: int, enrollment_id: int) -> dict[str, str]:
    """What one reader wrote in reflections and planned in try-outs, by the keys of the blocks."""
    values = {"edition_id": edition_id, "enrollment_id": enrollment_id}
    return {
        row.key: "\n\n".join(filter(None, (row.text, row.plan, row.prediction)))
        for row in fetch_all(_WRITTEN_BEFORE, values)
    }


def results(edition_id: int, enrollment_id: int) -> Sequence[Line]:
    """The same of the tasks, try-outs and hand-outs of an edition, with `data` and page's slug."""
    values = {"edition_id": edition_id, "enrollment_id": enrollment_id}
    return fetch_all(_RESULTS, values)
