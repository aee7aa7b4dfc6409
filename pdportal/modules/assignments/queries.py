"""What is assigned: to a cohort, and to one person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from pdportal.accounts.models import Person
from pdportal.db import fetch_all
from pdportal.modules.models import Assignment
from pdportal.modules.parts import (
    Line,
    assigned_to_me,
    assignment,
    assignments_in_cohorts,
    cohort,
    edition,
    module,
    person_,
)

_ASSIGNED = (
    select(
        assignment.c.due_on,
        assignment.c.why,
        cohort.c.id.label("cohort_id"),
        cohort.c.name.label("cohort"),
        person_.c.name.label("by"),
    )
    .select_from(
        assignments_in_cohorts().join(person_, person_.c.id == assignment.c.assigned_by_id)
    )
    .where(assigned_to_me, assignment.c.module_id == bindparam("module_id"))
    .order_by(assignment.c.due_on.is_(None), assignment.c.due_on, assignment.c.id)
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


def assigned_here(person: Person, module_id: int) -> Sequence[Line]:
    """The assignments of this module to a person: by whom, due when and why; soonest first."""
    values = {"person_id": person.id, "module_id": module_id}
    return fetch_all(_ASSIGNED, values)


def assignments_of(cohort_id: int) -> Sequence[Line]:
    """The current assignments of a cohort, soonest first."""
    return fetch_all(_ASSIGNMENTS, {"cohort_id": cohort_id})
