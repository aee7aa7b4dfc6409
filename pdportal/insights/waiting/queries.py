"""Rows of names, dates and counts about feedback asked of a cohort; never of a work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.reviews.models import DeclineWhy, Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import NAMES_ARE_OPEN
from pdportal.feedback.works.models import Work
from pdportal.insights.queries import waiting_requests

Lines = Sequence[Row[*tuple[Any, ...]]]


def waiting_list(cohort_id: int, now: datetime) -> Lines:
    """Each request that waits: what `waiting` says, whose, due when, and how many are at it.

    Where reviewers are hidden that is None: it would change with whoever leaves or is away.
    """
    more = (
        Person.name.label("author"),
        Round.due_on,
        Round.hides_reviewers,
        _count(Review.begun_at.is_(None)).label("asked"),
        _count(Review.begun_at.is_not(None)).label("reading"),
    )
    statement = waiting_requests().add_columns(*more)
    return db.session.execute(statement, {"cohort_id": cohort_id, "now": now}).all()


def _count(which: Any) -> Case[int]:
    owed = select(func.count()).where(Review.round_id == Round.id, Review.is_owed, which)
    return case((~Round.hides_reviewers, owed.correlate(Round).scalar_subquery()))


def matrix(cohort_id: int, now: datetime) -> Lines:
    """Who was asked about whose work, and how often each stands where, by the reviewers' names.

    Of requests that hide a name nothing is said.
    """
    reviewer, author = aliased(Person), aliased(Person)
    owed = Review.is_owed, Round.is_open
    return db.session.execute(
        select(
            reviewer.id,
            reviewer.name.label("reviewer"),
            author.name.label("author"),
            func.count().filter(*owed, Review.begun_at.is_(None)).label("asked"),
            func.count().filter(*owed, Review.begun_at.is_not(None)).label("reading"),
            func.count(Review.given_at).label("given"),
        )
        .select_from(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .join(reviewer, reviewer.id == Review.reviewer_id)
        .join(author, author.id == Work.author_id)
        .where(
            Round.cohort_id == cohort_id,
            Round.taken_back_at.is_(None),
            Round.grace_until <= now,
            or_(Review.is_given, Review.is_owed),
            *NAMES_ARE_OPEN,
        )
        .group_by(
            reviewer.id, reviewer.name, reviewer.sort_key, author.id, author.name, author.sort_key
        )
        .order_by(reviewer.sort_key, reviewer.id, author.sort_key, author.id)
    ).all()


def declined(cohort_id: int, since: datetime) -> Lines:
    """Who left a review to others since a moment, and why; not whose work it was about."""
    is_told = Review.decline_why.not_in([DeclineWhy.UNSAID, DeclineWhy.PERSON])
    is_for_leads = Review.decline_why != DeclineWhy.PERSON
    return db.session.execute(
        select(
            Person.name,
            Review.released_at,
            case((is_told, Review.decline_why)).label("why"),
            case((is_for_leads, Review.declined_with), else_="").label("words"),
        )
        .join(Round, Round.id == Review.round_id)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Round.cohort_id == cohort_id, Review.decline_why.is_not(None))
        .where(Review.released_at > since, *NAMES_ARE_OPEN)
        .order_by(Review.released_at.desc(), Review.id)
        .limit(50)
    ).all()


REMIND_AGAIN = timedelta(hours=20)
"""So long after one reminder there is no other, whoever sends it."""
MOST_REMINDERS = 3
"""Of one review; then somebody else is to be asked."""


def to_remind(cohort_id: int, now: datetime, *, round_id: int, person_id: int) -> Select[Review]:
    """What is owed to a request, or by a person, of which nobody was reminded lately or often."""
    return (
        select(Review)
        .join(Round, Round.id == Review.round_id)
        .where(
            Round.cohort_id == cohort_id,
            Round.is_waiting,
            Review.is_owed,
            Review.nudges < MOST_REMINDERS,
            Round.grace_until <= now,
            or_(Review.nudged_at.is_(None), Review.nudged_at <= now - REMIND_AGAIN),
            and_(Round.id == round_id, ~Round.author_is_hidden)
            if round_id
            else and_(Review.reviewer_id == person_id, *NAMES_ARE_OPEN),
        )
        .order_by(Review.id)
        .with_for_update(of=Review)
    )
