"""Suggested goals: for those to whom they are suggested, and for whoever runs the cohort."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, Select, func, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import in_lots
from pdportal.db import db
from pdportal.goals import policy
from pdportal.goals.models import Goal, GoalStart, StartDeclined


def starts_open_to(person: Person) -> Sequence[Row[int, str, str]]:
    """Suggested goals that somebody has made nothing of and not declined: id, words, cohort."""
    begun_with = select(Goal.start_id).where(Goal.owner_id == person.id, Goal.start_id.is_not(None))
    declined = select(StartDeclined.start_id).where(StartDeclined.person_id == person.id)
    title = GoalStart.words["change"].as_string().label("title")
    return db.session.execute(
        policy.starts_seen_by(person)
        .join(Cohort, Cohort.id == GoalStart.cohort_id)
        .where(GoalStart.id.not_in(begun_with), GoalStart.id.not_in(declined))
        .where(GoalStart.made_by_id != person.id)
        .with_only_columns(GoalStart.id, title, Cohort.name)
        .order_by(Cohort.name, GoalStart.id.desc())
        .limit(100)
    ).all()


def start_seen(person: Person, start_id: int) -> Select[GoalStart]:
    """One goal that is suggested to somebody."""
    return policy.starts_seen_by(person).where(GoalStart.id == start_id)


def own_of(person: Person, start: GoalStart) -> Goal | None:
    """The goal that somebody made of it."""
    return db.session.scalars(
        policy.goals_seen_by(person).where(Goal.start_id == start.id).order_by(Goal.id).limit(1)
    ).one_or_none()


def suggested_in(reader: Person, cohort: Cohort) -> list[tuple[GoalStart, int]]:
    """What is suggested to a cohort, the newest first, and how many others made a goal of it: a
    figure in whole lots (`cohorts.policy.in_lots`)."""
    of_others = Goal.start_id == GoalStart.id, ~Goal.is_draft, Goal.owner_id != reader.id
    owners = select(func.count(Goal.owner_id.distinct())).where(*of_others).scalar_subquery()
    rows = db.session.execute(
        select(GoalStart, owners)
        .where(GoalStart.cohort_id == cohort.id, GoalStart.is_offered)
        .order_by(GoalStart.id.desc())
    )
    return [(start, in_lots(count)) for start, count in rows]


def members_told(cohort: Cohort) -> Select[int]:
    """Who is told of a new one."""
    return (
        select(Member.person_id)
        .join(Person, Person.id == Member.person_id)
        .where(Member.cohort_id == cohort.id, Member.learns, Person.active)
    )
