"""What a cohort's page of progress reads: rows of ids, names, dates and counts, never content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from pdportal import clock
from pdportal.accounts.models import Away, Person
from pdportal.activity.models import Event
from pdportal.cohorts.models import Member
from pdportal.db import comma_joined, db, fetch_all, fetch_one
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import NAMES_ARE_OPEN
from pdportal.feedback.works.models import Work
from pdportal.insights.models import Nudge
from pdportal.modules.assignments.models import Agreement
from pdportal.modules.checks.queries import has_checks
from pdportal.modules.models import Assignment, Edition, Enrollment, Module
from pdportal.modules.parts import TODAY, is_paused
from pdportal.web.locale import portal_today, zone_here

Rows = Select[*tuple[Any, ...]]
"""A statement of columns, built once."""

Line = Row[*tuple[Any, ...]]
"""A row, whose columns are read by name."""

PersonLine = Row[int, str, str | None]
"""Somebody's id, name and time zone."""


def assigned(cohort_id: int) -> list[Line]:
    """The modules assigned to a cohort, in the order of their dates."""
    return fetch_all(_assigned(), {"cohort_id": cohort_id})


@cache
def _assigned() -> Rows:
    return (
        select(
            Assignment.module_id,
            Edition.title,
            Assignment.due_on,
            Assignment.why,
            has_checks.label("has_checks"),
        )
        .join(Module, Assignment.module_id == Module.id)
        .join(Edition, Module.current_id == Edition.id)
        .where(Assignment.cohort_id == bindparam("cohort_id"), Assignment.is_current)
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Assignment.id)
    )


def people(cohort_id: int, quiet_before: datetime, today: date) -> list[Line]:
    """Who is in a cohort now: how far in its modules, how many reviews each owes and has given.

    Reviews in rounds that hide a name do not count: a count by person would tell it.

    `far` is one string a person, so that a cohort of 60 is 60 rows: of each module that was begun
    its id and `t` for tested out, `d` for done, `p` for paused, `b` for begun, or `q` and since
    when somebody has been quiet, with commas between. `agreed` is the same of what is agreed with
    them about a module: its id and `a` for done another way, or `=` and their own date.
    """
    values = {"cohort_id": cohort_id, "quiet_before": quiet_before, TODAY.key: today}
    values["portal_today"] = portal_today()
    return fetch_all(_people(), values)


@cache
def _people() -> Rows:
    reviews = _review_counts().subquery()
    return (
        select(
            Person.id,
            Person.name,
            Member.facilitates,
            func.coalesce(reviews.c.owed, 0).label("owed"),
            func.coalesce(reviews.c.given, 0).label("given"),
            _far().label("far"),
            _agreed().label("agreed"),
            _away().label("away_until"),
            Member.joined_at,
            Person.time_zone,
        )
        .join(Member, Member.person_id == Person.id)
        .outerjoin(reviews, reviews.c.reviewer_id == Person.id)
        .where(Member.cohort_id == bindparam("cohort_id"), Member.is_current, Person.active)
        .order_by(Member.facilitates, Person.sort_key, Person.id)
    )


def _away() -> ScalarSelect[date]:
    """The last day of those on which a person is away, if today is one by the portal's clock."""
    away = select(Away.ends_on).where(Away.person_id == Person.id)
    return (
        away.where(Away.on(bindparam("portal_today", type_=Date)))
        .correlate(Person)
        .scalar_subquery()
    )


def _far() -> ScalarSelect[str]:
    """How far a person is in the modules of a cohort, as `people` says."""
    state = case(
        (Enrollment.tested_out_at.is_not(None), "t"),
        (Enrollment.finished_at.is_not(None), "d"),
        (is_paused, "p"),
        (
            Enrollment.last_at < bindparam("quiet_before"),
            literal("q") + cast(Enrollment.last_at, String),
        ),
        else_="b",
    )
    is_assigned = and_(
        Assignment.module_id == Enrollment.module_id,
        Assignment.cohort_id == bindparam("cohort_id"),
        Assignment.is_current,
    )
    return (
        select(comma_joined(cast(Enrollment.module_id, String) + state))
        .join(Assignment, is_assigned)
        .where(Enrollment.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )


def _agreed() -> ScalarSelect[str]:
    """What is agreed with a person about modules of a cohort, as `people` says."""
    what = case(
        (Agreement.done_at.is_not(None), literal("a")),
        else_=literal("=") + cast(Agreement.due_on, String),
    )
    return (
        select(comma_joined(cast(Assignment.module_id, String) + what))
        .join(Agreement, Agreement.assignment_id == Assignment.id)
        .where(
            Agreement.person_id == Person.id,
            or_(Agreement.done_at.is_not(None), Agreement.due_on.is_not(None)),
            Assignment.cohort_id == bindparam("cohort_id"),
            Assignment.is_current,
        )
        .correlate(Person)
        .scalar_subquery()
    )


def _review_counts() -> Rows:
    """How many reviews each member owes and has given of those asked of this cohort."""
    return (
        select(
            Review.reviewer_id,
            func.count().filter(Review.is_wanted).label("owed"),
            func.count(Review.given_at).label("given"),
        )
        .join(Round, Review.round_id == Round.id)
        .where(Round.cohort_id == bindparam("cohort_id"), *NAMES_ARE_OPEN)
        .group_by(Review.reviewer_id)
    )


def waiting(cohort_id: int, now: datetime) -> list[Line]:
    """Whose request to a cohort waits, since when, and how many of the reviews needed have come.

    It counts once its grace time is over and until enough has come, its author went on or left.
    Of a request that hides its author nobody is told whose it is.
    """
    return fetch_all(waiting_requests(), {"cohort_id": cohort_id, "now": now})


def waiting_request(cohort_id: int, round_id: int, now: datetime) -> Line | None:
    """What `waiting` says of one request."""
    values = {"cohort_id": cohort_id, "round_id": round_id, "now": now}
    return fetch_one(_waiting_request(), values)


@cache
def _waiting_request() -> Rows:
    return waiting_requests().where(Round.id == bindparam("round_id"))


@cache
def waiting_requests() -> Rows:
    """The statement of `waiting`."""
    return (
        select(
            Round.id.label("round_id"),
            Work.author_id,
            Round.shared_at.label("since"),
            Round.needed,
            reviews_given().label("have"),
            Round.nobody_left_at.is_not(None).label("nobody_left"),
        )
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .join(Member, Member.person_id == Person.id)
        .where(
            Member.cohort_id == bindparam("cohort_id"),
            Member.is_current,
            Person.active,
            Round.cohort_id == bindparam("cohort_id"),
            Round.is_waiting,
            ~Round.author_is_hidden,
            Round.asking_ended_at.is_(None),
            Round.grace_until <= bindparam("now"),
            reviews_given() < Round.needed,
        )
        .order_by(Round.shared_at, Round.id)
    )


def reviews_given() -> ScalarSelect[int]:
    """How many reviews of a round have been given."""
    return (
        select(func.count(Review.given_at))
        .where(Review.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )


def nudged(cohort_id: int, since: datetime) -> list[Line]:
    """Which members were asked about which module since a moment, the newest last."""
    return fetch_all(_nudged(), {"cohort_id": cohort_id, "since": since})


@cache
def _nudged() -> Rows:
    return (
        select(Nudge.person_id, Nudge.module_id, Nudge.on_day)
        .where(Nudge.cohort_id == bindparam("cohort_id"), Nudge.at > bindparam("since"))
        .order_by(Nudge.id)
    )


def answers(cohort_id: int) -> list[Line]:
    """How authors answered the feedback that this cohort gave, in the order of their answers.

    Read from the log, which nobody changes: an answer that was changed stands in it twice.
    """
    return fetch_all(_answers(), {"cohort_id": cohort_id})


@cache
def _answers() -> Rows:
    return (
        select(
            Event.actor_id.label("person_id"),
            Event.object_id.label("comment_id"),
            Event.detail["verdict"].as_string().label("verdict"),
        )
        .join(Comment, Comment.id == Event.object_id)
        .join(Review, Review.id == Comment.review_id)
        .join(Round, Round.id == Review.round_id)
        .where(
            Event.object_type == Comment.__tablename__,
            Event.verb == "decided",
            Round.cohort_id == bindparam("cohort_id"),
        )
        .order_by(Event.at, Event.id)
    )


def assigned_module(cohort_id: int, module_id: int) -> Line | None:
    """One module assigned to a cohort: its slug and title, and what `assigned` says of it."""
    return fetch_one(_assigned_module(), {"cohort_id": cohort_id, "module_id": module_id})


@cache
def _assigned_module() -> Rows:
    return _assigned_modules().where(Assignment.module_id == bindparam("module_id"))


def assigned_modules(cohort_id: int) -> list[Line]:
    """All modules assigned to a cohort, each as `assigned_module` says."""
    return fetch_all(_assigned_modules(), {"cohort_id": cohort_id})


@cache
def _assigned_modules() -> Rows:
    return _assigned().add_columns(Module.slug)


def members(cohort_id: int, person_ids: Iterable[int]) -> Sequence[PersonLine]:
    """Those of these people who are in the cohort now: id, name, time zone."""
    statement = (
        select(Person.id, Person.name, Person.time_zone)
        .join(Member, Member.person_id == Person.id)
        .where(Member.cohort_id == cohort_id, Member.is_current, Person.id.in_(list(person_ids)))
    )
    return db.session.execute(statement).all()


def finished(person_ids: Iterable[int], module_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Which of these people are done with which of these modules, or have paused them."""
    people, modules = list(person_ids), list(module_ids)
    ways = select(Enrollment.person_id, Enrollment.module_id).where(
        Enrollment.person_id.in_(people),
        Enrollment.module_id.in_(modules),
        or_(Enrollment.finished_at.is_not(None), is_paused),
    )
    other_ways = (
        select(Agreement.person_id, Assignment.module_id)
        .join(Assignment, Assignment.id == Agreement.assignment_id)
        .where(
            Agreement.person_id.in_(people),
            Assignment.module_id.in_(modules),
            Agreement.done_at.is_not(None),
        )
    )
    rows = db.session.execute(union_all(ways, other_ways), {TODAY.key: clock.today(zone_here())})
    return {(row.person_id, row.module_id) for row in rows}


def nudges_of(person_ids: Iterable[int], since: date) -> set[tuple[int, int, date]]:
    """Whom of these people somebody asked about which module on which day, from a day on."""
    statement = select(Nudge.person_id, Nudge.module_id, Nudge.on_day).where(
        Nudge.person_id.in_(list(person_ids)), Nudge.on_day >= since
    )
    return {(row.person_id, row.module_id, row.on_day) for row in db.session.execute(statement)}
