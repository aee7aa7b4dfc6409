"""Figures of rounds for those who lead: that things happened, never what they say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Select,
    func,
    select,
    union_all,
)

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import given_count
from pdportal.feedback.works.models import Work


class CohortCount(NamedTuple):
    """One person's part in the rounds of one cohort."""

    person_id: int
    shared: int
    waiting: int
    """Own rounds that have fewer reviews than are enough."""
    owed: int
    given: int


class WaitingRound(NamedTuple):
    """Somebody who waits for feedback; never on what."""

    round_id: int
    cohort_id: int
    cohort_name: str
    author_id: int
    author_name: str
    since: datetime
    have: int
    needed: int
    nobody_left: bool


def counts_by_cohort(cohort_id: int) -> list[CohortCount]:
    """For each person with a part in a cohort's rounds: shared, waiting, owed, given."""
    both = union_all(_as_authors(cohort_id), _as_reviewers(cohort_id)).subquery()
    sums = (func.sum(both.c[name]) for name in CohortCount._fields[1:])
    rows = db.session.execute(
        select(both.c.person_id, *sums).group_by(both.c.person_id).order_by(both.c.person_id)
    )
    return [CohortCount(*(int(figure) for figure in row)) for row in rows]


def _as_authors(cohort_id: int) -> Select[int, int, int, int, int]:
    waits = Round.is_waiting & (given_count() < Round.needed)
    return (
        select(
            Work.author_id.label("person_id"),
            func.count().label("shared"),
            func.count().filter(waits).label("waiting"),
            func.sum(0).label("owed"),
            func.sum(0).label("given"),
        )
        .select_from(Round)
        .join(Work, Work.id == Round.work_id)
        .where(Round.cohort_id == cohort_id, Round.taken_back_at.is_(None))
        .group_by(Work.author_id)
    )


def _as_reviewers(cohort_id: int) -> Select[int, int, int, int, int]:
    return (
        select(
            Review.reviewer_id,
            func.sum(0),
            func.sum(0),
            func.count().filter(Review.is_wanted),
            func.count(Review.given_at),
        )
        .join(Round, Round.id == Review.round_id)
        .where(Round.cohort_id == cohort_id, Round.taken_back_at.is_(None))
        .group_by(Review.reviewer_id)
    )


def waiting_rounds(cohort_ids: Collection[int] | Select[int]) -> list[WaitingRound]:
    """Who waits for feedback in these cohorts, and since when; the longest waiting first."""
    have = given_count()
    rows = db.session.execute(
        select(
            Round.id,
            Cohort.id,
            Cohort.name,
            Person.id,
            Person.name,
            Round.shared_at,
            have,
            Round.needed,
            Round.nobody_left_at.is_not(None),
        )
        .join(Cohort, Cohort.id == Round.cohort_id)
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .where(
            Round.cohort_id.in_(cohort_ids),
            Round.is_waiting,
            have < Round.needed,
            Person.active,
        )
        .order_by(Round.shared_at, Round.id)
    )
    return [WaitingRound(*row) for row in rows]
