"""What a module's own page shows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, func, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import rows_of
from pdportal.modules import policy
from pdportal.modules.models import Assignment, BlockKind, Section
from pdportal.modules.queries.page import (
    answer,
    block,
    hand_in,
    review,
    round_,
    step,
    taken_up,
    work,
)
from pdportal.modules.queries.parts import (
    ME,
    Line,
    edition,
    enrollment,
    module,
    my_editions,
    page,
    page_to_go_on,
)

assignment = Assignment.__table__
member = Member.__table__
cohort = Cohort.__table__
person_ = Person.__table__

_go_on = page.alias("go_on")

_MODULE = (
    select(
        module.c.id,
        module.c.slug,
        module.c.current_id,
        *(column for column in edition.c if column.name not in {"id", "module_id"}),
        edition.c.id.label("edition_id"),
        enrollment.c.id.label("enrollment_id"),
        enrollment.c.begun_at,
        enrollment.c.finished_at,
        _go_on.c.slug.label("go_on_slug"),
        _go_on.c.title.label("go_on_title"),
    )
    .select_from(my_editions().outerjoin(_go_on, _go_on.c.id == page_to_go_on()))
    .where(module.c.slug == bindparam("slug"))
)

assigned_to_me = policy.is_assigned_to(ME)

_ASSIGNED = (
    select(
        assignment.c.due_on,
        assignment.c.why,
        cohort.c.id.label("cohort_id"),
        cohort.c.name.label("cohort"),
        person_.c.name.label("by"),
    )
    .select_from(
        assignment.join(cohort, cohort.c.id == assignment.c.cohort_id)
        .join(member, member.c.cohort_id == cohort.c.id)
        .join(person_, person_.c.id == assignment.c.assigned_by_id)
    )
    .where(assigned_to_me, assignment.c.module_id == bindparam("module_id"))
    .order_by(assignment.c.due_on.is_(None), assignment.c.due_on, assignment.c.id)
)

_BEFORE = (
    select(module.c.slug, edition.c.title, enrollment.c.finished_at)
    .select_from(my_editions())
    .where(module.c.slug.in_(bindparam("slugs", expanding=True)))
    .order_by(edition.c.title)
)

_my_answer = and_(
    answer.c.block_id == block.c.id, answer.c.enrollment_id == bindparam("enrollment_id")
)
_my_hand_in = and_(
    hand_in.c.block_id == block.c.id,
    hand_in.c.enrollment_id == bindparam("enrollment_id"),
    hand_in.c.handed_in_at.is_not(None),
)

_OPEN_BLOCKS = (
    select(block.c.page_id, block.c.key, block.c.kind)
    .select_from(block.join(page, page.c.id == block.c.page_id))
    .where(
        page.c.edition_id == bindparam("edition_id"),
        page.c.section == Section.PAGE,
        or_(
            and_(
                block.c.kind == BlockKind.QUESTION,
                ~select(answer.c.id).where(_my_answer).correlate(block).exists(),
            ),
            and_(
                block.c.kind == BlockKind.TASK,
                ~select(hand_in.c.block_id).where(_my_hand_in).correlate(block).exists(),
            ),
        ),
    )
    .order_by(page.c.number, block.c.id)
)

_new = page.alias("new")
_old = page.alias("old")

_CHANGED = (
    select(_new.c.slug, _new.c.title, _old.c.id.is_(None).label("is_new"))
    .select_from(
        _new.outerjoin(
            _old,
            and_(_old.c.edition_id == bindparam("old_id"), _old.c.slug == _new.c.slug),
        )
    )
    .where(
        _new.c.edition_id == bindparam("new_id"),
        _new.c.section != Section.FACILITATORS,
        or_(_old.c.id.is_(None), _old.c.digest != _new.c.digest),
    )
    .order_by(_new.c.number)
)
_GONE = (
    select(_old.c.title)
    .select_from(
        _old.outerjoin(
            _new, and_(_new.c.edition_id == bindparam("new_id"), _new.c.slug == _old.c.slug)
        )
    )
    .where(
        _old.c.edition_id == bindparam("old_id"),
        _old.c.section != Section.FACILITATORS,
        _new.c.id.is_(None),
    )
    .order_by(_old.c.number)
)

_MADE = (
    select(
        block.c.kind,
        block.c.key,
        page.c.slug,
        work.c.id.label("work_id"),
        work.c.title,
        select(func.count(round_.c.id))
        .where(round_.c.work_id == work.c.id, round_.c.taken_back_at.is_(None))
        .correlate(work)
        .scalar_subquery()
        .label("rounds"),
        select(func.count(review.c.id))
        .where(
            round_.c.work_id == work.c.id,
            review.c.round_id == round_.c.id,
            review.c.given_at.is_not(None),
        )
        .correlate(work)
        .scalar_subquery()
        .label("reviews"),
        step.c.id.label("step_id"),
        step.c.text,
        step.c.due_on,
        step.c.done_at,
        block.c.data,
    )
    .select_from(
        block.join(page, page.c.id == block.c.page_id)
        .outerjoin(hand_in, _my_hand_in)
        .outerjoin(work, work.c.id == hand_in.c.work_id)
        .outerjoin(
            taken_up,
            and_(
                taken_up.c.block_id == block.c.id,
                taken_up.c.enrollment_id == bindparam("enrollment_id"),
            ),
        )
        .outerjoin(step, and_(step.c.id == taken_up.c.step_id, step.c.removed_at.is_(None)))
    )
    .where(
        block.c.edition_id == bindparam("edition_id"),
        block.c.kind.in_([BlockKind.TASK, BlockKind.TRYOUT]),
    )
    .order_by(page.c.number, block.c.id)
)


def module_opened(person: Person, slug: str) -> Line | None:
    """A module in the edition one began, or else the current one, and where one goes on."""
    given = {"person_id": person.id, "slug": slug}
    return rows_of(_MODULE, given).one_or_none()


def assigned_here(person: Person, module_id: int) -> Sequence[Line]:
    """Who gave this module to a person, until when, and why; soonest first."""
    given = {"person_id": person.id, "module_id": module_id}
    return rows_of(_ASSIGNED, given).all()


def prerequisites(person: Person, slugs: list[str]) -> Sequence[Line]:
    """The modules that come before one, and whether they are finished."""
    if not slugs:
        return []
    given = {"person_id": person.id, "slugs": slugs}
    return rows_of(_BEFORE, given).all()


def still_to_do(edition_id: int, enrollment_id: int) -> Sequence[Line]:
    """The questions not answered and tasks not handed in, in the order of the pages."""
    given = {"edition_id": edition_id, "enrollment_id": enrollment_id}
    return rows_of(_OPEN_BLOCKS, given).all()


def changed_pages(old_id: int, new_id: int) -> tuple[Sequence[Line], list[str]]:
    """The pages that are new or different in another edition, and the titles of those gone."""
    given = {"old_id": old_id, "new_id": new_id}
    return rows_of(_CHANGED, given).all(), list(rows_of(_GONE, given).scalars())


def tasks_and_tryouts(edition_id: int, enrollment_id: int) -> Sequence[Line]:
    """What one can do with a module once it is finished: share a work, look back on a try-out."""
    given = {"edition_id": edition_id, "enrollment_id": enrollment_id}
    return rows_of(_MADE, given).all()
