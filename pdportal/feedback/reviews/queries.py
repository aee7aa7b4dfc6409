"""Reviews as pages read them: owed, given, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row, Select, String, and_, bindparam, case, cast, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.models import Event
from pdportal.db import Moment, comma_joined, db, fetch_all, fetch_one
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import AUTHOR_COLUMNS, author_name
from pdportal.feedback.rounds.windows import opens_at, wanted_by
from pdportal.feedback.works.models import Work, WorkWriter
from pdportal.feedback.works.policy import is_heard_by_author, is_written_by
from pdportal.web.locale import zone_here

_R = TypeVar("_R", "Owed", "Given")


class Owed(NamedTuple):
    """One review that somebody waits for."""

    review_id: int
    tone: int
    """The colour of the author's initials."""
    author_name: str
    title: str
    minutes: int
    due: date | None
    lease_until: datetime
    asked_at: datetime
    begun: bool
    as_coach: bool
    in_all: int = 1
    """How many there are."""
    waits_until: datetime | None = None
    """When the next stage opens, if there is nothing to do before."""


class Given(NamedTuple):
    """One review that was given, and what came of it."""

    review_id: int
    tone: int
    """The colour of the author's initials."""
    author_name: str
    title: str
    given_at: datetime
    comments: int
    decided: int
    addressed: int
    to_confirm: int
    thanked: bool


def own_review(person: Person, review_id: int) -> Select[Review]:
    """One review asked of somebody, with the work, the protocol and what they wrote."""
    of, comments = joinedload(Review.round), selectinload(Review.comments)
    return (
        select(Review)
        .where(Review.id == review_id, Review.reviewer_id == person.id)
        .options(
            of.joinedload(Round.work).options(joinedload(Work.author), joinedload(Work.writers)),
            of.joinedload(Round.revision),
            of.joinedload(Round.protocol),
            of.joinedload(Round.meeting),
            comments.joinedload(Comment.decision).joinedload(Decision.addressed_in),
            comments.joinedload(Comment.helped),
            comments.selectinload(Comment.replies).joinedload(Comment.author),
        )
    )


def review_to_answer(person: Person, review_id: int) -> Select[Review]:
    """A given review of a work that one writes."""
    return (
        policy.reviews_seen_by(person)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .where(Review.id == review_id, is_written_by(person.id))
        .options(joinedload(Review.round).joinedload(Round.work))
    )


def others_given(review: Review) -> Sequence[Review]:
    """What colleagues gave in the same round, for a reviewer who may read it."""
    return db.session.scalars(
        policy.reviews_seen_by(review.reviewer)
        .where(Review.round_id == review.round_id, Review.id != review.id)
        .options(joinedload(Review.reviewer), selectinload(Review.comments))
        .order_by(Review.letter, Review.given_at)
    ).all()


def to_give(reviewer: Person, review_id: int) -> Row[Any] | None:
    """All that giving a review needs to know, in one row."""
    given = {"review_id": review_id, "reviewer_id": reviewer.id}
    return fetch_one(_to_give(), given)


@cache
def _to_give() -> Select[*tuple[Any, ...]]:
    written = (
        select(comma_joined(Comment.stage))
        .where(Comment.review_id == Review.id, Comment.is_written)
        .correlate(Review)
        .scalar_subquery()
    )
    other = aliased(Review)
    given = (
        select(func.count())
        .select_from(other)
        .where(other.round_id == Review.round_id, other.is_given)
        .correlate(Review)
        .scalar_subquery()
    )
    joined = (
        select(comma_joined(cast(WorkWriter.person_id, String)))
        .where(WorkWriter.work_id == Work.id, WorkWriter.writes)
        .correlate(Work)
        .scalar_subquery()
    )
    return (
        select(
            Review.given_at,
            Review.begun_at,
            Review.is_wanted.label("is_wanted"),
            Review.stage,
            Review.round_id,
            Round.needed,
            Round.hides_reviewers,
            Round.opens,
            Work.author_id,
            joined.label("joined"),
            Work.title,
            Protocol.data["stages"].as_string().label("stages"),  # the rest is of no use here
            written.label("written"),
            given.label("given"),
            is_heard_by_author().label("is_heard"),
        )
        .select_from(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .where(Review.id == bindparam("review_id"), Review.reviewer_id == bindparam("reviewer_id"))
    )


def reviews_owed(person: Person, most: int = 100) -> list[Owed]:
    """What others wait for, the longest waiting first. If there are more than `most`, those whose
    time ends by tomorrow, or may end by a window, are among them before others."""
    soon = clock.today(zone_here()) + timedelta(days=1)
    ends = datetime.combine(soon + timedelta(days=1), time(), UTC)
    given = {"reviewer_id": person.id, "soon": soon, "soon_ends": ends, "most": most}
    rows = fetch_all(_owed(), given)
    return [_with_window(_named(Owed(*row[:-2])), *row[-2:]) for row in rows]


def _with_window(owed: Owed, opens: list[str] | None, stage: int) -> Owed:
    """In a round with windows what is due is the stage that one is in."""
    if not opens:
        return owed
    due = wanted_by(opens, stage).astimezone(zone_here()).date()
    return owed._replace(due=due, waits_until=opens_at(opens, stage))


def _named(row: _R) -> _R:
    return row if row.author_name else row._replace(author_name=author_name())


@cache
def _owed() -> Select[*tuple[Any, ...]]:
    presses = or_(
        Review.lease_until < bindparam("soon_ends", type_=Moment()),
        and_(Review.begun_at.is_(None), Round.due_on <= bindparam("soon")),
        Round.opens.is_not(None),
    )
    order = case((presses, 0), else_=1), Review.asked_at, Review.id
    wanted = (
        select(Review.id)
        .join(Round, Round.id == Review.round_id)
        .where(Review.reviewer_id == bindparam("reviewer_id"), Review.is_wanted)
    )
    in_all = wanted.with_only_columns(func.count()).scalar_subquery()
    few = wanted.order_by(*order).limit(bindparam("most")).subquery()
    return (
        select(
            Review.id,
            *AUTHOR_COLUMNS,
            Work.title,
            Protocol.minutes,
            Round.due_on,
            Review.lease_until,
            Review.asked_at,
            Review.begun_at.is_not(None),
            Review.as_coach,
            in_all,
            Round.opens,
            Review.stage,
        )
        .select_from(few)
        .join(Review, Review.id == few.c.id)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .join(Protocol, Protocol.id == Round.protocol_id)
        .order_by(Review.asked_at, Review.id)
    )


def reviews_given(person: Person) -> list[Given]:
    """The last 50 reviews somebody gave, newest first, and what the authors made of them."""
    rows = db.session.execute(_given(), {"reviewer_id": person.id})
    return [_named(Given._make(row)) for row in rows]


@cache
def _given() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Review.id,
            *AUTHOR_COLUMNS,
            Work.title,
            Review.given_at,
            func.count(Comment.id),
            func.count(Decision.comment_id).filter(Decision.is_out),
            func.count(Decision.addressed_at),
            func.count(Decision.comment_id).filter(
                Decision.is_to_confirm,
                Decision.confirmed_at.is_(None),
                Decision.asked_again_at.is_(None),
            ),
            Review.thanked_at.is_not(None),
        )
        .select_from(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .join(Person, Person.id == Work.author_id)
        .outerjoin(Comment, and_(Comment.review_id == Review.id, Comment.is_written))
        .outerjoin(Decision, Decision.comment_id == Comment.id)
        .where(Review.reviewer_id == bindparam("reviewer_id"), Review.is_given)
        .group_by(Review.id, Round.id, Person.id, Work.title)
        .order_by(Review.given_at.desc(), Review.id.desc())
        .limit(50)
    )


def has_practised(person: Person) -> bool:
    """Whether somebody has practised, would rather not, or has given a review before."""
    practised = select(Event.id).where(
        Event.actor_id == person.id, Event.verb.in_(("practised", "skipped_practice"))
    )
    given = select(Review.id).where(Review.reviewer_id == person.id, Review.is_given)
    return bool(db.session.scalar(select(or_(practised.exists(), given.exists()))))


def my_part(person: Person, work: Work) -> tuple[int, bool]:
    """Somebody's own review of a work, the one still owed first, and whether it is given."""
    row = db.session.execute(
        select(Review.id, Review.given_at)
        .join(Round, Round.id == Review.round_id)
        .where(
            Round.work_id == work.id,
            Review.reviewer_id == person.id,
            Review.released_at.is_(None),
        )
        .order_by(Review.is_given, Review.id.desc())
        .limit(1)
    ).one()
    return row.id, row.given_at is not None
