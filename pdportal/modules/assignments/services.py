"""Giving a module to a cohort, with a date of its own and a why."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import add_unless_there, db
from pdportal.inbox.services import notify, notify_all
from pdportal.modules import policy
from pdportal.modules.addresses import module_url
from pdportal.modules.assignments.models import Agreement
from pdportal.modules.models import Assignment, Edition, Module
from pdportal.web.errors import Refused, require
from pdportal.web.typed import trimmed


def assign(
    lead: Person, cohort: Cohort, slug: str, *, due_on: date | None = None, why: str
) -> Assignment:
    """Give a published module to a cohort, or change the date and the why; members are told once.

    Raises `Refused` with the field that is wrong.
    """
    require(policy.may_assign(lead, cohort))
    module = db.session.scalars(
        policy.modules_seen_by(lead).where(Module.slug == slug)
    ).one_or_none()
    if module is None:
        raise Refused(_("This module does not exist."), status=422, field="module")
    why = trimmed(why)
    if not why:
        raise Refused(_("Say why: teachers read it first."), status=422, field="why")
    assignment = _assignment(cohort, module)
    if assignment is not None and assignment.is_current:
        return _change(lead, assignment, due_on, why)
    if assignment is None:
        assignment = Assignment(cohort_id=cohort.id, module_id=module.id)
    assignment.ended_at = None
    assignment.assigned_by_id = lead.id
    assignment.due_on, assignment.why = due_on, why
    if not add_unless_there(assignment):  # two leads at once: the second changes it
        other = _assignment(cohort, module)
        assert other is not None  # noqa: S101  # the constraint has just said so
        return _change(lead, other, due_on, why)
    _notify_members(lead, cohort, module, assignment)
    return assignment


def end_assignment(lead: Person, assignment: Assignment) -> None:
    """End an assignment; what people did in the module stays."""
    require(policy.may_assign(lead, assignment.cohort))
    if assignment.is_current:
        assignment.ended_at = clock.now()
        record(lead, "ended", assignment, module=assignment.module_id)


def _assignment(cohort: Cohort, module: Module) -> Assignment | None:
    return db.session.scalars(
        select(Assignment).where(
            Assignment.cohort_id == cohort.id, Assignment.module_id == module.id
        )
    ).one_or_none()


def _change(lead: Person, assignment: Assignment, due_on: date | None, why: str) -> Assignment:
    if (assignment.due_on, assignment.why) != (due_on, why):
        _drop_dates(assignment, due_on)
        assignment.due_on, assignment.why = due_on, why
        record(lead, "changed", assignment, module=assignment.module_id)
    return assignment


def _drop_dates(assignment: Assignment, due_on: date | None) -> None:
    """Own dates that are no later than the new one for everybody are not needed any more."""
    own = update(Agreement).where(Agreement.assignment_id == assignment.id)
    if due_on is not None:
        own = own.where(Agreement.due_on <= due_on)
    db.session.execute(own.values(due_on=None))


def give_date(lead: Person, assignment: Assignment, person_id: int, due_on: date) -> Agreement:
    """Give one member another date for what is assigned; nobody else's changes. They are told."""
    require(policy.may_assign(lead, assignment.cohort) and assignment.is_current)
    member = db.session.scalar(
        select(Member.id).where(
            Member.cohort_id == assignment.cohort_id, Member.person_id == person_id, Member.learns
        )
    )
    if member is None:
        raise Refused(_("Choose somebody who learns in this cohort."), status=422, field="person")
    agreement = agree(lead, assignment, person_id)
    if agreement.due_on != due_on:
        agreement.due_on = due_on
        record(lead, "gave_date", assignment, person=person_id)
        slug = assignment.module.slug
        url, words = module_url(slug), {"by": lead.name, "day": due_on.isoformat()}
        notify(person_id, "date_given", url, sender=lead, module=title_of(assignment), **words)
    return agreement


def agree(lead: Person, assignment: Assignment, person_id: int) -> Agreement:
    """What is agreed with somebody about an assignment, locked; made if there is nothing yet."""
    new = Agreement(assignment_id=assignment.id, person_id=person_id, by_id=lead.id)
    key = (assignment.id, person_id)
    if db.session.get(Agreement, key) is None and add_unless_there(new):
        return new
    found = db.session.get_one(Agreement, key)
    db.session.refresh(found, with_for_update={"of": Agreement})
    found.by_id, found.at = lead.id, clock.now()
    return found


def title_of(assignment: Assignment) -> str:
    """What the module of an assignment is called now."""
    module = assignment.module
    return module.current.title if module.current else module.slug


def _notify_members(lead: Person, cohort: Cohort, module: Module, assignment: Assignment) -> None:
    record(lead, "assigned", assignment, module=module.id, cohort=cohort.id)
    title = db.session.scalar(select(Edition.title).where(Edition.id == module.current_id))
    members = db.session.scalars(
        select(Member.person_id)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.cohort_id == cohort.id,
            Member.learns,
            Person.active,
        )
    )
    notify_all(
        members,
        "module_assigned",
        module_url(module.slug),
        sender=lead,
        by=lead.name,
        module=title or module.slug,
        cohort=cohort.name,
    )
