"""What home, coaches and leads ask about learning: one statement each, never what was written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, func, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Member
from pdportal.db import rows_of
from pdportal.modules import policy
from pdportal.modules.models import Assignment, Section
from pdportal.modules.queries.module import assigned_to_me, assignment, cohort, member, person_
from pdportal.modules.queries.parts import (
    ME,
    Line,
    edition,
    enrollment,
    minutes_left,
    module,
    my_editions,
    page,
    page_to_go_on,
    pages_on_the_way,
    pages_read,
)

_given = (
    select(
        assignment.c.module_id,
        assignment.c.due_on,
        assignment.c.why,
        cohort.c.id.label("cohort_id"),
        cohort.c.name.label("cohort"),
        func.row_number()
        .over(
            partition_by=assignment.c.module_id,
            order_by=(assignment.c.due_on.is_(None), assignment.c.due_on, assignment.c.id),
        )
        .label("place"),
    )
    .select_from(
        assignment.join(cohort, cohort.c.id == assignment.c.cohort_id).join(
            member, member.c.cohort_id == cohort.c.id
        )
    )
    .where(assigned_to_me)
    .subquery("given")
)
_go_on = page.alias("go_on")
_before = page.alias("before")
_position = (
    select(func.count())
    .select_from(_before)
    .where(
        _before.c.edition_id == edition.c.id,
        _before.c.section == Section.PAGE,
        _before.c.number <= _go_on.c.number,
    )
    .correlate(edition, _go_on)
    .scalar_subquery()
)

_NEXT = (
    select(
        module.c.id.label("module_id"),
        module.c.slug,
        edition.c.title,
        edition.c.summary,
        edition.c.skills,
        edition.c.minutes,
        enrollment.c.begun_at,
        enrollment.c.last_at,
        _go_on.c.slug.label("page_slug"),
        _go_on.c.title.label("page_title"),
        _position.label("page_number"),
        pages_on_the_way().label("pages"),
        pages_read().label("pages_read"),
        minutes_left().label("minutes_left"),
        _given.c.due_on,
        _given.c.why,
        _given.c.cohort_id,
        _given.c.cohort,
    )
    .select_from(
        my_editions()
        .outerjoin(_given, and_(_given.c.module_id == module.c.id, _given.c.place == 1))
        .outerjoin(_go_on, _go_on.c.id == page_to_go_on())
    )
    .where(
        enrollment.c.finished_at.is_(None),
        or_(enrollment.c.id.is_not(None), _given.c.module_id.is_not(None)),
    )
    .order_by(
        _given.c.due_on.is_(None),
        _given.c.due_on,
        enrollment.c.last_at.is_(None),
        enrollment.c.last_at.desc(),
        edition.c.title,
    )
    .limit(50)
)

_MINE = (
    select(
        module.c.id.label("module_id"),
        module.c.slug,
        edition.c.title,
        edition.c.minutes,
        edition.c.hours,
        enrollment.c.begun_at,
        enrollment.c.last_at,
        enrollment.c.finished_at,
        pages_on_the_way().label("pages"),
        pages_read().label("pages_read"),
    )
    .select_from(my_editions())
    .where(policy.is_own(ME))
    .order_by(enrollment.c.last_at.desc())
)

_their_enrollment = and_(
    enrollment.c.module_id == assignment.c.module_id, enrollment.c.person_id == person_.c.id
)
_PROGRESS = (
    select(
        assignment.c.id.label("assignment_id"),
        module.c.id.label("module_id"),
        module.c.slug,
        edition.c.title,
        assignment.c.due_on,
        person_.c.id.label("person_id"),
        person_.c.name,
        enrollment.c.begun_at,
        enrollment.c.last_at,
        enrollment.c.finished_at,
        pages_read().label("pages_read"),
        pages_on_the_way().label("pages"),
    )
    .select_from(
        assignment.join(module, module.c.id == assignment.c.module_id)
        .join(member, member.c.cohort_id == assignment.c.cohort_id)
        .join(person_, person_.c.id == member.c.person_id)
        .outerjoin(enrollment, _their_enrollment)
        .join(
            edition,
            edition.c.id == func.coalesce(enrollment.c.edition_id, module.c.current_id),
        )
    )
    .where(
        assignment.c.cohort_id == bindparam("cohort_id"),
        Assignment.is_current,
        Member.learns,
        person_.c.active,
    )
    .order_by(assignment.c.due_on.is_(None), assignment.c.due_on, assignment.c.id, person_.c.name)
)

_ASSIGNMENTS = (
    select(
        assignment.c.id,
        assignment.c.due_on,
        assignment.c.why,
        assignment.c.created_at,
        module.c.id.label("module_id"),
        module.c.slug,
        edition.c.title,
        edition.c.minutes,
        person_.c.name.label("by"),
    )
    .select_from(
        assignment.join(module, module.c.id == assignment.c.module_id)
        .join(edition, edition.c.id == module.c.current_id)
        .join(person_, person_.c.id == assignment.c.assigned_by_id)
    )
    .where(assignment.c.cohort_id == bindparam("cohort_id"), Assignment.is_current)
    .order_by(assignment.c.due_on.is_(None), assignment.c.due_on, assignment.c.id)
)


def next_to_learn(person: Person) -> Sequence[Line]:
    """What was assigned to a person or begun by them and is not done, soonest first.

    Rows: module_id, slug, title, summary, skills, minutes, begun_at, last_at, page_slug,
    page_title, page_number, pages, pages_read, minutes_left, due_on, why, cohort_id, cohort (the
    last four None where nobody assigned it; begun_at and last_at None where it is not begun).
    """
    return rows_of(_NEXT, {"person_id": person.id}).all()


def my_modules(person: Person) -> Sequence[Line]:
    """Every module a person began, the latest first."""
    return rows_of(_MINE, {"person_id": person.id}).all()


def progress_by_cohort(cohort_id: int) -> Sequence[Line]:
    """For each assignment and member (not facilitators): begun, pages read, finished.

    These are the figures that those who run the cohort may see; ask `policy.may_assign` before.
    """
    return rows_of(_PROGRESS, {"cohort_id": cohort_id}).all()


def assignments_of(cohort_id: int) -> Sequence[Line]:
    """What a cohort is given now, soonest first."""
    return rows_of(_ASSIGNMENTS, {"cohort_id": cohort_id}).all()
