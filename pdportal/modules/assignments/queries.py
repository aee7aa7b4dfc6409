"""What is assigned: to a cohort, and to one person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, case, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Member
from pdportal.db import fetch_all
from pdportal.modules.assignments.models import Proposal
from pdportal.modules.models import Assignment
from pdportal.modules.parts import (
    ME,
    Line,
    agreement,
    assigned_to_me,
    assignment,
    assignments_in_cohorts,
    cohort,
    due_on,
    edition,
    member,
    module,
    person_,
)

_proposal = Proposal.__table__
_module, _edition = module.alias(), edition.alias()
_instead, _its = module.alias(), edition.alias()

_ASSIGNED = (
    select(
        assignment.c.id,
        due_on.label("due_on"),
        agreement.c.due_on.is_not(None).label("own_date"),
        agreement.c.done_at,
        assignment.c.module_id,
        _module.c.slug.label("module_slug"),
        _edition.c.title.label("module_title"),
        _instead.c.slug.label("instead_slug"),
        _its.c.title.label("instead_title"),
        select(_proposal.c.id)
        .where(
            _proposal.c.assignment_id == assignment.c.id,
            _proposal.c.person_id == ME,
            _proposal.c.settled_at.is_(None),
        )
        .correlate(assignment)
        .scalar_subquery()
        .label("proposal_id"),
        assignment.c.why,
        cohort.c.id.label("cohort_id"),
        cohort.c.name.label("cohort"),
        person_.c.name.label("by"),
    )
    .select_from(
        assignments_in_cohorts()
        .join(person_, person_.c.id == assignment.c.assigned_by_id)
        .join(_module, _module.c.id == assignment.c.module_id)
        .outerjoin(_edition, _edition.c.id == _module.c.current_id)
        .outerjoin(_instead, _instead.c.id == agreement.c.instead_id)
        .outerjoin(_its, _its.c.id == _instead.c.current_id)
    )
    .where(
        assigned_to_me,
        or_(
            assignment.c.module_id == bindparam("module_id"),
            agreement.c.instead_id == bindparam("module_id"),
        ),
    )
    .order_by(due_on.is_(None), due_on, assignment.c.id)
)

_ASSIGNMENTS = (
    select(
        *assignment.c["id", "due_on", "why", "created_at"],
        module.c.id.label("module_id"),
        module.c.slug,
        *edition.c["title", "minutes"],
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


_MEMBERS = (
    select(
        *person_.c["id", "name"],
        case((agreement.c.done_at.is_(None), agreement.c.due_on)).label("due_on"),
    )
    .select_from(assignments_in_cohorts().join(person_, person_.c.id == member.c.person_id))
    .where(assignment.c.id == bindparam("assignment_id"), Member.learns, Person.active)
    .order_by(person_.c.sort_key, person_.c.id)
)


def members_of(assignment_id: int) -> Sequence[Line]:
    """Who is given an assignment: id, name, and their own date where they have one."""
    return fetch_all(_MEMBERS, {"assignment_id": assignment_id})


def assigned_here(person: Person, module_id: int) -> Sequence[Line]:
    """The assignments to a person of this module, or that it was agreed to count for."""
    values = {"person_id": person.id, "module_id": module_id}
    return fetch_all(_ASSIGNED, values)


def assignments_of(cohort_id: int) -> Sequence[Line]:
    """The current assignments of a cohort, soonest first."""
    return fetch_all(_ASSIGNMENTS, {"cohort_id": cohort_id})
