"""Who may see a cohort and who may run it."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, Select, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Coaching, Cohort, Member
from pdportal.db import db


def cohort_ids_of(person: Person) -> Select[tuple[int]]:
    """The cohorts a person is in now."""
    return (
        select(Member.cohort_id)
        .join(Cohort)
        .where(
            Member.person_id == person.id, Member.left_at.is_(None), Cohort.closed_at.is_(None)
        )
    )


def cohorts_seen_by(person: Person) -> Select[tuple[Cohort]]:
    """Members see their cohorts; leads see those of their district."""
    seen = Cohort.id.in_(cohort_ids_of(person))
    if person.leads:
        seen = or_(seen, Cohort.district_id == person.district_id)
    return select(Cohort).where(seen)


def cohorts_run_by(person: Person) -> Select[tuple[Cohort]]:
    """Facilitators run their cohorts; leads run those of their district."""
    facilitated = (
        select(Member.cohort_id)
        .where(Member.person_id == person.id, Member.facilitates, Member.left_at.is_(None))
    )
    runs = Cohort.id.in_(facilitated)
    if person.leads:
        runs = or_(runs, Cohort.district_id == person.district_id)
    return select(Cohort).where(runs)


def may_see(person: Person, cohort: Cohort) -> bool:
    """The same rule as `cohorts_seen_by`, for a cohort already in hand."""
    return _among(cohorts_seen_by(person), cohort)


def may_run(person: Person, cohort: Cohort) -> bool:
    """The same rule as `cohorts_run_by`, for a cohort already in hand."""
    return _among(cohorts_run_by(person), cohort)


def may_create(person: Person) -> bool:
    """Leads and admins make cohorts."""
    return person.leads


def facilitates_any(person: Person) -> bool:
    """Whether somebody may read what modules say to facilitators: whoever leads, coaches or facilitates."""
    from pdportal.accounts.models import RoleName

    if person.holds(RoleName.LEAD, RoleName.ADMIN, RoleName.COACH):
        return True
    mine = select(Member.id).where(
        Member.person_id == person.id, Member.facilitates, Member.left_at.is_(None)
    )
    return db.session.scalar(mine.limit(1)) is not None


def coaches_of(teacher_id: int) -> Select[tuple[Person]]:
    """The coaches linked to a teacher now."""
    return (
        select(Person)
        .join(Coaching, Coaching.coach_id == Person.id)
        .where(Coaching.teacher_id == teacher_id, Coaching.ended_at.is_(None), Person.active)
        .order_by(Coaching.since, Person.id)
    )


def is_coach_of(coach: Person, teacher_id: int) -> bool:
    """Whether the two are linked now."""
    return db.session.scalar(coach_of(coach.id, teacher_id).exists().select()) or False


def coach_of(coach_id: int, teacher_id: int) -> Select[tuple[int]]:
    """The link between a coach and a teacher, if it stands."""
    return select(Coaching.id).where(
        Coaching.coach_id == coach_id,
        Coaching.teacher_id == teacher_id,
        Coaching.ended_at.is_(None),
    )


def _among(statement: Select[tuple[Cohort]], cohort: Cohort) -> bool:
    found: ScalarSelect[int] = (
        statement.where(Cohort.id == cohort.id).with_only_columns(Cohort.id).scalar_subquery()
    )
    return db.session.scalar(select(found)) is not None
