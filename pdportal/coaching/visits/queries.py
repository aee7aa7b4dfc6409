"""Visits as pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.coaching.visits import policy
from pdportal.coaching.visits.models import Visit, VisitLine
from pdportal.cohorts.models import Coaching
from pdportal.db import db

MOST = 100
SOON = timedelta(days=7)
"""So long before its day a follow-up is listed."""


def visit_page(person: Person, visit_id: int) -> Select[Visit]:
    """One visit with its two people and its appointment."""
    return _with_people(policy.visits_seen_by(person)).where(Visit.id == visit_id)


def my_visits(person: Person) -> Sequence[Visit]:
    """Somebody's visits, also those declined or called off, the latest first."""
    latest = Visit.starts_at.desc(), Visit.id.desc()
    return _first(_with_people(policy.visits_seen_by(person)).order_by(*latest))


def follow_ups(coach: Person, day: date) -> Sequence[Visit]:
    """Those to whose next step a visitor comes back by a week after `day`, the oldest first."""
    due = policy.to_come_back_to(coach).where(Visit.follow_up_on <= day + SOON)
    return _first(_with_people(due).order_by(Visit.follow_up_on, Visit.id))


def visits_to(coach: Person, teacher_id: int) -> Sequence[Visit]:
    """A coach's visits to one teacher that were or are to be, the latest first."""
    to_them = policy.made_by(coach).where(Visit.host_id == teacher_id, Visit.is_on)
    return _first(to_them.order_by(Visit.starts_at.desc()), 20)


def lines(person: Person, visit: Visit) -> Sequence[VisitLine]:
    """The lines of a visit that somebody reads, in the order in which they were begun."""
    statement = policy.lines_read_by(person, visit).order_by(VisitLine.at, VisitLine.id)
    return db.session.scalars(statement).all()


def linked_with(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
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


def _with_people(visits: Select[Visit]) -> Select[Visit]:
    people = joinedload(Visit.visitor), joinedload(Visit.host)
    return visits.options(*people, joinedload(Visit.appointment))


def _first(visits: Select[Visit], most: int = MOST) -> Sequence[Visit]:
    return db.session.scalars(visits.limit(most)).all()
