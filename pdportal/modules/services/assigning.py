"""Giving a module to a cohort, with a date of its own and a why."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import db
from pdportal.inbox.services import notify
from pdportal.modules import policy
from pdportal.modules.addresses import module_url
from pdportal.modules.models import Assignment, Edition, Module
from pdportal.web.errors import Refused, forbidden


def assign(
    lead: Person, cohort: Cohort, module: Module, *, due_on: date | None = None, why: str
) -> Assignment:
    """Give a module to a cohort, or change the date and the why; members are told once."""
    if not policy.may_assign(lead, cohort):
        raise forbidden()
    if module.current_id is None:
        raise Refused(_("This module is not published yet."))
    if not why.strip():
        raise Refused(_("Say why: teachers read it first."), status=422, field="why")
    there = _assignment(cohort, module)
    if there is None:
        there = Assignment(
            cohort_id=cohort.id,
            module_id=module.id,
            assigned_by_id=lead.id,
            due_on=due_on,
            why=why.strip(),
        )
        try:
            with db.session.begin_nested():
                db.session.add(there)
        except IntegrityError:  # two leads at once: the second one changes what the first gave
            other = _assignment(cohort, module)
            assert other is not None  # noqa: S101 — the constraint has just said so
            return _change(lead, other, due_on, why.strip())
        _tell_members(lead, cohort, module, there)
        return there
    if there.ended_at is not None:
        there.ended_at = None
        there.assigned_by_id = lead.id
        there.due_on, there.why = due_on, why.strip()
        _tell_members(lead, cohort, module, there)
        return there
    return _change(lead, there, due_on, why.strip())


def end_assignment(lead: Person, assignment: Assignment) -> None:
    """Take a module back from a cohort; what people did in it stays theirs."""
    if not policy.may_assign(lead, assignment.cohort):
        raise forbidden()
    if assignment.ended_at is None:
        assignment.ended_at = clock.now()
        record(lead, "ended", assignment, module=assignment.module_id)


def _assignment(cohort: Cohort, module: Module) -> Assignment | None:
    return db.session.scalars(
        select(Assignment).where(
            Assignment.cohort_id == cohort.id, Assignment.module_id == module.id
        )
    ).one_or_none()


def _change(lead: Person, there: Assignment, due_on: date | None, why: str) -> Assignment:
    if (there.due_on, there.why) != (due_on, why):
        there.due_on, there.why = due_on, why
        record(lead, "changed", there, module=there.module_id)
    return there


def _tell_members(lead: Person, cohort: Cohort, module: Module, assignment: Assignment) -> None:
    record(lead, "assigned", assignment, module=module.id, cohort=cohort.id)
    title = db.session.scalar(select(Edition.title).where(Edition.id == module.current_id))
    members = db.session.scalars(
        select(Member.person_id)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.cohort_id == cohort.id,
            Member.left_at.is_(None),
            ~Member.facilitates,
            Person.active,
        )
    )
    for person_id in members:
        notify(
            person_id,
            "module_assigned",
            module_url(module.slug),
            sender=lead,
            by=lead.name,
            module=title or module.slug,
            cohort=cohort.name,
        )
