"""What one reader did in the blocks of a page or of a module, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select

from pdportal.db import fetch_all, fetch_one
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


_tried = (
    select(
        answer.c.block_id,
        func.count().label("tries"),
        func.max(case((answer.c.verdict, 1), else_=0)).label("solved"),
        func.max(answer.c.id).label("last_id"),
    )
    .where(answer.c.enrollment_id == ENROLLMENT)
    .group_by(answer.c.block_id)
    .subquery("tried")
)
_last = answer.alias("last_answer")

_BLOCKS = (
    select(
        *block.c["key", "kind"],
        func.coalesce(_tried.c.tries, 0).label("tries"),
        _tried.c.solved,
        _last.c.answer,
        *reflection.c["text", "version", "saved_at"],
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
        taken_up.c.step_id,
        *step.c["goal_id", "due_on", "plan", "prediction", "done_at", "removed_at", "outcome"],
        chosen.c.option.label("chosen"),
        chosen.c.why,
        chosen.c.version.label("why_version"),
        together.c.block_id.is_not(None).label("together_begun"),
        together.c.handed_in_at.is_not(None).label("together_handed_in"),
        together.c.done_at.is_not(None).label("together_done"),
    )
    .select_from(
        block.outerjoin(_tried, _tried.c.block_id == block.c.id)
        .outerjoin(_last, _last.c.id == _tried.c.last_id)
        .outerjoin(reflection, _is_mine(reflection))
        .outerjoin(hand_in, _is_mine(hand_in))
        .outerjoin(work, work.c.id == hand_in.c.work_id)
        .outerjoin(draft, draft.c.work_id == hand_in.c.work_id)
        .outerjoin(taken_up, _is_mine(taken_up))
        .outerjoin(step, step.c.id == taken_up.c.step_id)
        .outerjoin(chosen, _is_mine(chosen))
        .outerjoin(together, _is_mine(together))
    )
    .order_by(block.c.page_id, block.c.id)
)
_ON_A_PAGE = _BLOCKS.where(block.c.page_id == bindparam("page_id"))
_OF_EDITION = _BLOCKS.add_columns(block.c.page_id).where(
    block.c.edition_id == bindparam("edition_id")
)
_TO_SHOW = (BlockKind.TASK, BlockKind.TRYOUT, BlockKind.MIRROR)
_RESULTS = (
    _BLOCKS.add_columns(page.c.slug, page.c.section, block.c.data)
    .join(page, page.c.id == block.c.page_id)
    .where(
        block.c.edition_id == bindparam("edition_id"),
        or_(*(block.c.kind == kind for kind in _TO_SHOW)),
    )
)


def blocks_on(page_id: int, enrollment_id: int | None) -> Sequence[Line]:
    """What one reader answered, wrote, handed in and took up in the blocks of a page."""
    values = {"page_id": page_id, "enrollment_id": enrollment_id}
    return fetch_all(_ON_A_PAGE, values)


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


MOST_EARLIER = 20
"""How many earlier answers a question shows, the latest of them."""

_numbered = (
    select(
        block.c.key,
        *answer.c["id", "answer", "verdict"],
        func.row_number()
        .over(partition_by=answer.c.block_id, order_by=answer.c.id.desc())
        .label("back"),
    )
    .select_from(answer.join(block, block.c.id == answer.c.block_id))
    .where(block.c.page_id == bindparam("page_id"), answer.c.enrollment_id == ENROLLMENT)
    .subquery()
)
_EARLIER = (
    select(_numbered.c.key, _numbered.c.answer, _numbered.c.verdict)
    .where(_numbered.c.back > 1, _numbered.c.back <= MOST_EARLIER + 1)
    .order_by(_numbered.c.id)
)


def earlier_answers(page_id: int, enrollment_id: int) -> dict[str, list[tuple[Any, bool | None]]]:
    """Answers before the last to the questions of a page, with their verdicts, oldest first."""
    answers: dict[str, list[tuple[Any, bool | None]]] = {}
    for row in fetch_all(_EARLIER, {"page_id": page_id, "enrollment_id": enrollment_id}):
        answers.setdefault(row.key, []).append((row.answer, row.verdict))
    return answers


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
