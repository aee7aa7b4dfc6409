"""What a cohort's page of progress reads: rows of ids, names, dates and counts, never content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, String, and_, case, cast, func, literal, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Member
from pdportal.db import built_once, comma_joined
from pdportal.feedback.comments.models import Comment, Decision, Verdict
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.insights.models import Nudge
from pdportal.modules.models import Assignment, Edition, Enrollment, Module

Rows = Select[*tuple[Any, ...]]
"""Rows of columns, read by name."""


def _assigned(cohort_id: int) -> Rows:
    return (
        select(
            Assignment.module_id,
            Edition.title,
            Assignment.due_on,
            Assignment.why,
        )
        .join(Module, Assignment.module_id == Module.id)
        .join(Edition, Module.current_id == Edition.id)
        .where(Assignment.cohort_id == cohort_id, Assignment.is_current)
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Assignment.id)
    )


assigned = built_once(_assigned)
"""The modules assigned to a cohort, in the order of their dates."""


@built_once
def people(cohort_id: int, quiet_before: datetime) -> Rows:
    """Who is in a cohort now: how far in its modules, how many reviews each owes and has given.

    `far` is one string a person, so that a cohort of 60 is 60 rows: of each module that was begun
    its id and `d` for done, `b` for begun, or `q` and since when somebody has been quiet, with
    commas between.
    """
    reviews = _review_counts(cohort_id).subquery()
    return (
        select(
            Person.id,
            Person.name,
            Member.facilitates,
            func.coalesce(reviews.c.owed, 0).label("owed"),
            func.coalesce(reviews.c.given, 0).label("given"),
            _far(cohort_id, quiet_before).label("far"),
            Person.time_zone,
        )
        .join(Member, Member.person_id == Person.id)
        .outerjoin(reviews, reviews.c.reviewer_id == Person.id)
        .where(Member.cohort_id == cohort_id, Member.is_current, Person.active)
        .order_by(Member.facilitates, Person.name, Person.id)
    )


def _far(cohort_id: int, quiet_before: datetime) -> ScalarSelect[str]:
    """How far a person is in the modules of a cohort, as `people` says."""
    state = case(
        (Enrollment.finished_at.is_not(None), "d"),
        (Enrollment.last_at < quiet_before, literal("q") + cast(Enrollment.last_at, String)),
        else_="b",
    )
    is_assigned = and_(
        Assignment.module_id == Enrollment.module_id,
        Assignment.cohort_id == cohort_id,
        Assignment.is_current,
    )
    return (
        select(comma_joined(cast(Enrollment.module_id, String) + state))
        .join(Assignment, is_assigned)
        .where(Enrollment.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )


def _review_counts(cohort_id: int) -> Rows:
    """How many reviews each member of a cohort owes and has given."""
    return (
        select(
            Review.reviewer_id,
            func.count().filter(Review.is_wanted).label("owed"),
            func.count(Review.given_at).label("given"),
        )
        .join(Round, Review.round_id == Round.id)
        .where(Review.reviewer_id.in_(_member_ids(cohort_id)))
        .group_by(Review.reviewer_id)
    )


@built_once
def waiting(cohort_id: int, now: datetime) -> Rows:
    """Who of a cohort waits for reviews, since when, and how many of those needed have come.

    A round counts once its grace time is over and until enough has come or its author went on.
    """
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
            Work.author_id.in_(_member_ids(cohort_id)),
            Round.is_waiting,
            Round.grace_until <= now,
            have < Round.needed,
        )
        .order_by(Round.shared_at, Round.id)
    )


@built_once
def nudged_lately(cohort_id: int, since: datetime) -> Rows:
    """Who of a cohort was asked about which module since then, by whom it was."""
    return select(Nudge.person_id, Nudge.module_id, Nudge.on_day).where(
        Nudge.person_id.in_(_member_ids(cohort_id)), Nudge.at > since
    )


@built_once
def what_became_of_comments(cohort_id: int, begin: datetime) -> Rows:
    """How many comments the cohort's authors received since it began, and what became of them."""
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
        .where(Work.author_id.in_(_member_ids(cohort_id)), Review.given_at >= begin)
    )


def assigned_module(cohort_id: int, module_id: int) -> Rows:
    """One module assigned to a cohort: its slug and title."""
    return _assigned(cohort_id).where(Assignment.module_id == module_id).add_columns(Module.slug)


def _member_ids(cohort_id: int) -> Select[int]:
    return (
        select(Member.person_id)
        .where(Member.cohort_id == cohort_id, Member.is_current)
        .correlate(None)
    )
