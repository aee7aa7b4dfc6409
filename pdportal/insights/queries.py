"""What a cohort's page of progress reads: rows of ids, names, dates and counts, never content."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
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
)

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Member
from pdportal.db import comma_joined, fetch_all, fetch_one
from pdportal.feedback.comments.models import Comment, Decision, Verdict
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.insights.models import Nudge
from pdportal.modules.models import Assignment, Edition, Enrollment, Module

Rows = Select[*tuple[Any, ...]]
"""A statement of columns, built once."""

Line = Row[*tuple[Any, ...]]
"""A row, whose columns are read by name."""


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
        )
        .join(Module, Assignment.module_id == Module.id)
        .join(Edition, Module.current_id == Edition.id)
        .where(Assignment.cohort_id == bindparam("cohort_id"), Assignment.is_current)
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Assignment.id)
    )


def people(cohort_id: int, quiet_before: datetime) -> list[Line]:
    """Who is in a cohort now: how far in its modules, how many reviews each owes and has given.

    `far` is one string a person, so that a cohort of 60 is 60 rows: of each module that was begun
    its id and `d` for done, `b` for begun, or `q` and since when somebody has been quiet, with
    commas between.
    """
    return fetch_all(_people(), {"cohort_id": cohort_id, "quiet_before": quiet_before})


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
            Person.time_zone,
        )
        .join(Member, Member.person_id == Person.id)
        .outerjoin(reviews, reviews.c.reviewer_id == Person.id)
        .where(Member.cohort_id == bindparam("cohort_id"), Member.is_current, Person.active)
        .order_by(Member.facilitates, Person.name, Person.id)
    )


def _far() -> ScalarSelect[str]:
    """How far a person is in the modules of a cohort, as `people` says."""
    state = case(
        (Enrollment.finished_at.is_not(None), "d"),
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


def _review_counts() -> Rows:
    """How many reviews each member of a cohort owes and has given."""
    return (
        select(
            Review.reviewer_id,
            func.count().filter(Review.is_wanted).label("owed"),
            func.count(Review.given_at).label("given"),
        )
        .join(Round, Review.round_id == Round.id)
        .where(Review.reviewer_id.in_(_member_ids()))
        .group_by(Review.reviewer_id)
    )


def waiting(cohort_id: int, now: datetime) -> list[Line]:
    """Who of a cohort waits for reviews, since when, and how many of those needed have come.

    A round counts once its grace time is over and until enough has come or its author went on.
    """
    return fetch_all(_waiting(), {"cohort_id": cohort_id, "now": now})


@cache
def _waiting() -> Rows:
    have = (
        select(func.count(Review.given_at))
        .where(Review.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
    return (
        select(
            Work.author_id,
            Round.shared_at.label("since"),
            Round.needed,
            have.label("have"),
            Round.nobody_left_at.is_not(None).label("nobody_left"),
        )
        .join(Work, Round.work_id == Work.id)
        .where(
            Work.author_id.in_(_member_ids()),
            Round.is_waiting,
            Round.grace_until <= bindparam("now"),
            have < Round.needed,
        )
        .order_by(Round.shared_at, Round.id)
    )


def nudged_lately(cohort_id: int, since: datetime) -> list[Line]:
    """Which members were asked about which module since a moment, and on which day."""
    return fetch_all(_nudged_lately(), {"cohort_id": cohort_id, "since": since})


@cache
def _nudged_lately() -> Rows:
    return select(Nudge.person_id, Nudge.module_id, Nudge.on_day).where(
        Nudge.person_id.in_(_member_ids()), Nudge.at > bindparam("since")
    )


def what_became_of_comments(cohort_id: int, begin: datetime) -> Line:
    """How many comments the cohort's authors received since it began, and what became of them."""
    return fetch_all(_what_became_of_comments(), {"cohort_id": cohort_id, "begin": begin})[0]


@cache
def _what_became_of_comments() -> Rows:
    used = or_(Decision.verdict == Verdict.USE, Decision.verdict == Verdict.ADAPT)
    return (
        select(
            func.count(Comment.id).label("comments"),
            func.count(Decision.comment_id).label("decided"),
            func.count(Decision.comment_id).filter(used).label("used"),
            func.count(Work.author_id.distinct()).label("authors"),
        )
        .select_from(Comment)
        .join(Review, Comment.review_id == Review.id)
        .join(Revision, Comment.revision_id == Revision.id)
        .join(Work, Revision.work_id == Work.id)
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(Work.author_id.in_(_member_ids()), Review.given_at >= bindparam("begin"))
    )


def assigned_module(cohort_id: int, module_id: int) -> Line | None:
    """One module assigned to a cohort: its slug and title, and what `assigned` says of it."""
    return fetch_one(_assigned_module(), {"cohort_id": cohort_id, "module_id": module_id})


@cache
def _assigned_module() -> Rows:
    which = Assignment.module_id == bindparam("module_id")
    return _assigned().where(which).add_columns(Module.slug)


def _member_ids() -> Select[int]:
    return (
        select(Member.person_id)
        .where(Member.cohort_id == bindparam("cohort_id"), Member.is_current)
        .correlate(None)
    )
