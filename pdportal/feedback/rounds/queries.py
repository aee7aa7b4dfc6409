"""Rounds as pages read them, and the people one may ask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import named
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import coaches_of, cohort_ids_of
from pdportal.db import db, fetch_all
from pdportal.feedback.comments.answers import SETTLING
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.pairing.models import Pairing
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.standing import RoundFigures
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.policy import is_heard_by_author


def open_round(work: Work) -> Round | None:
    """The round of a work that is open, if there is one."""
    return db.session.scalars(
        select(Round).where(Round.work_id == work.id, Round.is_open)
    ).one_or_none()


def given_count() -> ScalarSelect[int]:
    """How many reviews are given in a `Round` of the statement this stands in."""
    return (
        select(func.count())
        .select_from(Review)
        .where(Review.round_id == Round.id, Review.is_given)
        .correlate(Round)
        .scalar_subquery()
    )


def heard_count() -> ColumnElement[int | None]:
    """The same for those who write a `Work`, joined to the `Round`; null while they look first, for
    that somebody is done tells how much was said."""
    return case((is_heard_by_author(), given_count()))


def protocols_used(work: Work) -> frozenset[str]:
    """The slugs of the protocols that a work was shared with, unless that was taken back."""
    used = select(Protocol.slug).join(Round, Round.protocol_id == Protocol.id)
    return frozenset(
        db.session.scalars(used.where(Round.work_id == work.id, Round.taken_back_at.is_(None)))
    )


def rounds_of(work: Work) -> Sequence[Row[Round, str, int, int]]:
    """The rounds of a work, newest first: the round, its protocol's name, given, comments.

    Both counts are null while whoever writes it looks first.
    """
    return db.session.execute(_rounds_of(), {"work_id": work.id}).all()


@cache
def _rounds_of() -> Select[Round, str, int, int]:
    comments = (
        select(func.count())
        .select_from(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.round_id == Round.id, Review.is_given, Comment.is_written)
        .correlate(Round)
        .scalar_subquery()
    )
    return (
        select(
            Round,
            Protocol.name.label("protocol"),
            heard_count().label("given"),
            case((is_heard_by_author(), comments)).label("said"),
        )
        .join(Round.work)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .where(Round.work_id == bindparam("work_id"), Round.taken_back_at.is_(None))
        .order_by(Round.id.desc())
    )


@cache
def own_round() -> Select[Round]:
    """One round of one's own, for an act on it."""
    return (
        policy.rounds_run_by(bindparam("person_id"))
        .where(Round.id == bindparam("round_id"))
        .options(
            joinedload(Round.work).joinedload(Work.author),
            joinedload(Round.work).joinedload(Work.writers),
            joinedload(Round.protocol),
        )
    )


def run_by(person: Person, round_id: int) -> dict[str, int]:
    """The values of these statements: whose round it is to be, and which."""
    return {"person_id": person.id, "round_id": round_id}


def my_cohorts(person: Person, work: Work, asked: int) -> Sequence[Row[int, str, int, int]]:
    """The cohorts somebody is in with the author of a work, with how many others are there, and are
    asked about it.

    `asked` are where no lead has chosen how many.
    """
    others = (
        select(func.count())
        .select_from(Member)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.cohort_id == Cohort.id,
            Member.is_current,
            Member.person_id != person.id,
            Person.active,
        )
        .correlate(Cohort)
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            Cohort.id,
            Cohort.name,
            others.label("others"),
            func.coalesce(Pairing.asked, asked).label("asked"),
        )
        .outerjoin(Pairing, Pairing.cohort_id == Cohort.id)
        .where(*(Cohort.id.in_(cohort_ids_of(each)) for each in {person, work.author}))
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    ).all()


def people_to_name(
    person: Person,
    search: str = "",
    chosen: Sequence[int] = (),
    *,
    work: Work | None = None,
    round_: Round | None = None,
) -> list[Row[int, str]]:
    """Those one can ask by name, about a work: the people of one's cohorts, or a search in the
    district.

    For a round that goes on: those who were not asked in it before.
    """
    near = select(Member.person_id).where(
        Member.cohort_id.in_(cohort_ids_of(person)), Member.is_current
    )
    if search.strip():
        near = select(named(search, person.district_id).c.person_id)
    offered = Person.id.in_(near)
    statement = (
        policy.people_asked_by(person, work)
        .with_only_columns(Person.id, Person.name)
        .where(or_(offered, Person.id.in_(list(chosen))))
        .order_by(Person.sort_key, Person.id)
        .limit(100)
    )
    if round_ is not None:
        asked = select(Review.reviewer_id).where(Review.round_id == round_.id)
        if round_.hides_reviewers:  # that the coach was asked would show
            asked = asked.where(~Review.as_coach)
        statement = statement.where(Person.id.not_in(asked))
    return list(db.session.execute(statement))


def names_asked(round_: Round) -> list[str]:
    """The names of those whom the author of a round asked by name, in their order."""
    if round_.cohort_id is not None:
        return []
    asked = select(Person.name).join(Review, Review.reviewer_id == Person.id)
    mine = Review.round_id == round_.id, ~Review.as_coach
    return list(db.session.scalars(asked.where(*mine).order_by(Person.sort_key, Person.id)))


def named_people(person: Person, ids: Sequence[int], work: Work | None = None) -> list[Person]:
    """The people with these ids whom somebody may ask by name, about a work."""
    return list(
        db.session.scalars(
            policy.people_asked_by(person, work).where(Person.id.in_(list(ids))).order_by(Person.id)
        )
    )


def coach_names(person: Person) -> list[str]:
    """The coaches who would be asked at last."""
    return [coach.name for coach in db.session.scalars(coaches_of(person.id))]


def round_figures(round_: Round) -> RoundFigures:
    """How far a round has come."""
    given = {"round_id": round_.id, "work_id": round_.work_id}
    [row] = fetch_all(_round_figures(), given)
    return RoundFigures(*row)


@cache
def _round_figures() -> Select[*tuple[Any, ...]]:
    counted = Comment.id.is_not(None)
    open_now = select(Round.id).where(Round.work_id == bindparam("work_id"), Round.is_open)
    meeting_now = select(Meeting.id).where(Meeting.work_id == bindparam("work_id"), Meeting.is_open)
    return (
        select(
            func.count(Review.id.distinct()).filter(Review.is_given),
            func.count(Review.id.distinct()).filter(Review.is_owed, Review.begun_at.is_not(None)),
            func.count(Review.id.distinct()).filter(Review.is_owed),
            func.count(Comment.id),
            func.count(Comment.id).filter(counted, Comment.is_unanswered),
            func.count(Comment.id).filter(
                *(Decision.verdict != verdict for verdict in SETTLING),
                ~Comment.is_unanswered,
                ~Decision.is_addressed,
            ),
            open_now.scalar_subquery(),
            meeting_now.scalar_subquery(),
        )
        .select_from(Review)
        .outerjoin(
            Comment, and_(Comment.review_id == Review.id, Review.is_given, Comment.is_written)
        )
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(Review.round_id == bindparam("round_id"))
    )
