"""Who may read a review, and who may write one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pdportal.accounts.models import Person
from pdportal.db import Base, db
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work


def reviews_seen_by(person: Person) -> Select[Review]:
    """One's own; the given ones on one's own work; and, once one has given, those of the others."""
    return select(Review).where(
        or_(Review.reviewer_id == person.id, and_(Review.given_at.is_not(None), _given_to(person)))
    )


def may_see_review(person: Person, review: Review) -> bool:
    """The same rule as `reviews_seen_by`, for a review already in hand."""
    if review.reviewer_id == person.id:
        return True
    if review.given_at is None:
        return False
    return _among(reviews_seen_by(person), Review.id, review)


def may_review(person: Person, review: Review) -> bool:
    """Whoever was asked, while the round is open and until it is given or has gone to another."""
    return review.reviewer_id == person.id and review.is_owed and review.round.is_open


def _given_to(person: Person) -> ColumnElement[bool]:
    """Of `Review`: in a round of one's own work, or in one in which one has given, too."""
    mine = (
        select(Round.id)
        .join(Work, Work.id == Round.work_id)
        .where(Work.author_id == person.id)
        .correlate(None)
    )
    own = aliased(Review)
    reviewed = exists().where(
        own.round_id == Review.round_id,
        own.reviewer_id == person.id,
        own.given_at.is_not(None),
    )
    return or_(Review.round_id.in_(mine), reviewed)


def _among(statement: Select[Base], column: InstrumentedAttribute[int], thing: Base) -> bool:
    ident = thing.__mapper__.primary_key_from_instance(thing)[0]
    found = statement.with_only_columns(column).where(column == ident).limit(1)
    return db.session.scalar(found) is not None
