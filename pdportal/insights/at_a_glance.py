"""All the cohorts somebody runs on one screen: how far, and who is stuck. Two statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as as_type

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import cohorts_run_by
from pdportal.db import Moment, db
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.insights.progress import Why
from pdportal.modules.models import Assignment, Edition, Enrollment, Module

MOST_STUCK = 8
"""As many as one takes in on a first screen; each cohort's page has all."""


class Glance(NamedTuple):
    """One cohort: its people, and how many of their modules are begun, done and late."""

    id: int
    name: str
    starts_on: date
    ends_on: date | None
    people: int
    ways: int
    """People times modules assigned to them."""
    begun: int
    done: int
    late: int


class StuckAtAGlance(NamedTuple):
    """Somebody who waits for feedback, or is past a date."""

    why: Why
    cohort_id: int
    cohort_name: str
    person_id: int
    name: str
    module_id: int | None
    title: str | None
    """Of the module; never of a work."""
    begun: bool
    due_on: date | None
    since: datetime | None
    have: int
    needed: int


def glances(person: Person, today: date) -> list[Glance]:
    """The open cohorts somebody runs, the newest first."""
    is_late = and_(Assignment.due_on < today, Enrollment.finished_at.is_(None))
    rows = db.session.execute(
        select(
            Cohort.id,
            Cohort.name,
            Cohort.starts_on,
            Cohort.ends_on,
            func.count(Member.id.distinct()),
            func.count(Assignment.id),
            func.count(Enrollment.begun_at),
            func.count(Enrollment.finished_at),
            func.count(Assignment.id).filter(is_late),
        )
        .select_from(Cohort)
        .outerjoin(Member, and_(Member.cohort_id == Cohort.id, Member.learns))
        .outerjoin(
            Assignment,
            and_(
                Assignment.cohort_id == Cohort.id,
                Assignment.is_current,
                Member.id.is_not(None),
            ),
        )
        .outerjoin(
            Enrollment,
            and_(
                Enrollment.module_id == Assignment.module_id,
                Enrollment.person_id == Member.person_id,
            ),
        )
        .where(Cohort.id.in_(_open_cohorts(person)))
        .group_by(Cohort.id, Cohort.name, Cohort.starts_on, Cohort.ends_on)
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    return [Glance._make(row) for row in rows]


def stuck_people(person: Person, today: date) -> tuple[list[StuckAtAGlance], bool]:
    """Who waits for feedback, the longest first, then who is past a date; and if there are more.

    However many wait, half the room is kept for those whom a word of the lead can help.
    """
    cohorts = _open_cohorts(person)
    both = union_all(_waiting(cohorts), _late(cohorts, today)).subquery()
    order = (both.c.since, both.c.due_on, both.c.name, both.c.module_id)
    ranked = select(
        both, func.row_number().over(partition_by=both.c.why, order_by=order).label("rank")
    ).subquery()
    rows = db.session.execute(
        select(ranked)
        .where(ranked.c.rank <= MOST_STUCK + 1)
        .order_by(ranked.c.why.desc(), ranked.c.rank)
    )
    stuck = [
        StuckAtAGlance._make((Why(row[0]), *row[1:7], bool(row[7]), *row[8:-1])) for row in rows
    ]
    waiting = [reason for reason in stuck if reason.why == Why.WAITING]
    late = [reason for reason in stuck if reason.why != Why.WAITING]
    waiting_first = waiting[: MOST_STUCK - min(len(late), MOST_STUCK // 2)]
    shown = [*waiting_first, *late[: MOST_STUCK - len(waiting_first)]]
    return shown, len(stuck) > len(shown)


def _waiting(cohorts: Select[int]) -> Select[*tuple[Any, ...]]:
    have = (
        select(func.count(Review.given_at))
        .where(Review.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
    return (
        select(
            literal(Why.WAITING.value).label("why"),
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort_name"),
            Person.id.label("person_id"),
            Person.name.label("name"),
            null().label("module_id"),
            as_type(null(), String).label("title"),
            literal(1).label("begun"),
            as_type(null(), Date).label("due_on"),
            Round.shared_at.label("since"),
            have.label("have"),
            Round.needed.label("needed"),
        )
        .select_from(Round)
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .join(Member, and_(Member.person_id == Work.author_id, Member.is_current))
        .join(Cohort, Cohort.id == Member.cohort_id)
        .where(
            Cohort.id.in_(cohorts),
            # Asked of colleagues by name, it belongs to every cohort its author is in.
            or_(Round.cohort_id == Cohort.id, Round.cohort_id.is_(None)),
            Round.is_waiting,
            Round.grace_until <= clock.now(),
            have < Round.needed,
            Person.active,
        )
    )


def _late(cohorts: Select[int], today: date) -> Select[*tuple[Any, ...]]:
    """With the columns of `_waiting`, in their order."""
    columns = (Cohort.id, Cohort.name, Person.id, Person.name, Module.id, Edition.title)
    begun: ColumnElement[int] = func.count(Enrollment.begun_at)
    return (
        select(
            literal(Why.OVERDUE.value),
            *columns,
            begun,
            Assignment.due_on,
            as_type(null(), Moment),
            literal(0),
            literal(0),
        )
        .select_from(Assignment)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Module, Module.id == Assignment.module_id)
        .join(Edition, Edition.id == Module.current_id)
        .join(Member, and_(Member.cohort_id == Cohort.id, Member.learns))
        .join(Person, Person.id == Member.person_id)
        .outerjoin(
            Enrollment,
            and_(Enrollment.module_id == Module.id, Enrollment.person_id == Person.id),
        )
        .where(
            Cohort.id.in_(cohorts),
            Assignment.is_current,
            Assignment.due_on < today,
            Enrollment.finished_at.is_(None),
            Person.active,
        )
        .group_by(*columns, Assignment.due_on)
    )


def _open_cohorts(person: Person) -> Select[int]:
    return cohorts_run_by(person).where(Cohort.is_open).with_only_columns(Cohort.id)
