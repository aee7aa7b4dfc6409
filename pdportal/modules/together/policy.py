"""Who sees the answers and the correction of a group: those who are in it, and nobody else.

No lead, coach or facilitator, and no other group. Answers are shown once the group has started;
before that, its people see each other's names. Whoever leaves the cohort is no longer in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.modules import policy
from pdportal.modules.models import Assignment, Enrollment
from pdportal.modules.together.models import Group, Sheet


def own_sheets(person: Person) -> Select[Sheet]:
    """What somebody answered; until it is handed in, nobody else sees that it is there."""
    return select(Sheet).join(Sheet.enrollment).where(policy.is_own(person.id))


def groups_of(person: Person) -> Select[Group]:
    """The groups that somebody is in now."""
    return select(Group).where(is_in(person))


def is_in(person: Person) -> ColumnElement[bool]:
    """Of `Group`: this person handed in for it, and is still in its cohort."""
    mine, way = aliased(Sheet), aliased(Enrollment)
    handed_in = (
        select(mine.group_id)
        .join(way, way.id == mine.enrollment_id)
        .where(mine.group_id == Group.id, way.person_id == person.id)
        .correlate(Group)
        .exists()
    )
    here = select(Member.cohort_id).where(Member.person_id == person.id, Member.is_current)
    return and_(handed_in, or_(Group.cohort_id.is_(None), Group.cohort_id.in_(here)))


def people_seen_by(person: Person) -> Select[Sheet]:
    """The sheets of the groups somebody is in: for the names, and who has agreed."""
    return select(Sheet).join(Sheet.group).where(is_in(person))


def may_see_answers(group: Group) -> bool:
    """Of a group one is in: nobody sees another's answers, or the key, before it has started."""
    return group.started_at is not None


def cohorts_to_join(person: Person, module_id: int) -> Select[Cohort]:
    """Where somebody may be put into a group: the open cohorts they learn in, those first to which
    the module is assigned (see `queries.cohorts_for`)."""
    return (
        select(Cohort)
        .join(Member, Member.cohort_id == Cohort.id)
        .outerjoin(
            Assignment,
            and_(
                Assignment.cohort_id == Cohort.id,
                Assignment.module_id == module_id,
                Assignment.is_current,
            ),
        )
        .where(Cohort.is_open, Member.person_id == person.id, Member.learns)
        .order_by(Assignment.id.is_(None), Cohort.name, Cohort.id)
    )


def may_start(group: Group, people: int) -> bool:
    """Any of two who have answered may start with those who are here."""
    return group.started_at is None and people > 1


def may_pass_over(group: Group, mine: Sheet, now: datetime, lease: timedelta) -> bool:
    """Whoever agrees need not wait longer than the lease for those who say nothing."""
    since = max(filter(None, (group.started_at, group.changed_at)), default=None)
    agrees = group.version > 0 and mine.agreed == group.version
    return agrees and group.done_at is None and since is not None and since + lease <= now
