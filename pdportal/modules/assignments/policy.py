"""Who may read and answer what somebody proposes for an assignment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, and_, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import is_run_by
from pdportal.db import db
from pdportal.modules import policy
from pdportal.modules.assignments.models import Proposal
from pdportal.modules.models import Assignment


def proposals_seen_by(person: Person) -> Select[Proposal]:
    """One's own, and those addressed to oneself for cohorts that one runs: nobody else's."""
    run = (
        select(Assignment.id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .where(is_run_by(person))
    )
    addressed = and_(Proposal.to_id == person.id, Proposal.assignment_id.in_(run))
    return select(Proposal).where(or_(Proposal.person_id == person.id, addressed))


def may_answer(person: Person, proposal: Proposal) -> bool:
    """The one lead whom it was shown to says yes or asks, while it is open."""
    is_theirs = proposal.is_open and proposal.to_id == person.id
    return is_theirs and policy.may_assign(person, proposal.assignment.cohort)


def may_withdraw(person: Person, proposal: Proposal) -> bool:
    """Whoever proposed it, while it is open."""
    return proposal.is_open and proposal.person_id == person.id


def assignments_to(person: Person) -> Select[Assignment]:
    """What is given to somebody now."""
    return (
        select(Assignment)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Member, Member.cohort_id == Cohort.id)
        .where(policy.is_assigned_to(person.id))
    )


def leads_to_ask(person: Person, assignment: Assignment) -> Sequence[Person]:
    """Who may be shown a proposal: whoever assigned it, first, and who facilitates the cohort."""
    facilitates = select(Member.person_id).where(
        Member.cohort_id == assignment.cohort_id, Member.facilitates, Member.is_current
    )
    people = db.session.scalars(
        select(Person)
        .where(
            or_(Person.id == assignment.assigned_by_id, Person.id.in_(facilitates)),
            Person.active,
            Person.id != person.id,
        )
        .order_by(Person.id != assignment.assigned_by_id, Person.sort_key)
    )
    return [lead for lead in people if policy.may_assign(lead, assignment.cohort)]
