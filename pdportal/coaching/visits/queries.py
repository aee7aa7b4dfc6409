"""Visits as pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from pdportal.accounts.models import Person
from pdportal.coaching.visits import policy
from pdportal.coaching.visits.models import Visit, VisitLine
from pdportal.cohorts.models import Coaching
from pdportal.db import db

Rows = Sequence[Row[*tuple[Any, ...]]]
MOST = 100
SOON = timedelta(days=7)
"""So long before its day a follow-up is listed."""


def visit_page(person: Person, visit_id: int) -> Select[Visit]:
    """One visit with its two people."""
    return (
        policy.visits_seen_by(person)
        .where(Visit.id == visit_id)
        .options(joinedload(Visit.visitor), joinedload(Visit.host), joinedload(Visit.appointment))
    )


def my_visits(person: Person) -> Rows:
    """Somebody's visits, also those declined or called off, the latest first."""
    other = aliased(Person)
    return db.session.execute(
        policy.visits_seen_by(person)
        .join(other, or_(other.id == Visit.visitor_id, other.id == Visit.host_id))
        .where(other.id != person.id)
        .with_only_columns(Visit, other.name.label("other"))
        .order_by(Visit.starts_at.desc(), Visit.id.desc())
        .limit(MOST)
    ).all()


def follow_ups(coach: Person, day: date) -> Rows:
    """Next steps that a visitor wants to come back to by a week after `day`, the oldest first:
    `id`, `host_id`, `host` (a name), `next_step` and `follow_up_on` of each visit.
    """
    return db.session.execute(
        policy.to_come_back_to(coach)
        .join(Person, Person.id == Visit.host_id)
        .where(Visit.follow_up_on <= day + SOON)
        .with_only_columns(
            Visit.id, Visit.host_id, Person.name.label("host"), Visit.next_step, Visit.follow_up_on
        )
        .order_by(Visit.follow_up_on, Visit.id)
        .limit(MOST)
    ).all()


def visits_to(coach: Person, teacher_id: int) -> Sequence[Visit]:
    """A coach's visits to one teacher that were or are to be, the latest first."""
    to_them = policy.made_by(coach).where(Visit.host_id == teacher_id, Visit.is_on)
    return db.session.scalars(to_them.order_by(Visit.starts_at.desc()).limit(20)).all()


def lines(person: Person, visit: Visit) -> Sequence[VisitLine]:
    """The lines of a visit that somebody reads, in the order in which they were begun."""
    statement = policy.lines_read_by(person, visit).order_by(VisitLine.at, VisitLine.id)
    return db.session.scalars(statement).all()


def linked_with(person: Person) -> Rows:
    """The coaches and the teachers of somebody, by name."""
    linked = or_(
        (Coaching.coach_id == person.id) & (Coaching.teacher_id == Person.id),
        (Coaching.teacher_id == person.id) & (Coaching.coach_id == Person.id),
    )
    return db.session.execute(
        select(Person.id, Person.name)
        .where(select(Coaching.id).where(linked, Coaching.is_current).exists(), Person.active)
        .order_by(Person.sort_key, Person.id)
        .limit(MOST)
    ).all()
