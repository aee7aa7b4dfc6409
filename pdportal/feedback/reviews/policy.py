"""Who may read a review, and who may write one."""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.cohorts.policy import coaches_of
from pdportal.db import db
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.policy import is_heard, is_heard_by_author, is_written_by, may_write


def reviews_seen_by(person: Person) -> Select[Review]:
    """One's own; the given ones on work that one writes, unless one looks first; and, once one has
    given, those of the others."""
    mine = is_written_by(person.id), is_heard_by_author()
    on_own_work = select(Round.id).join(Round.work).where(*mine).correlate(None)
    readable = or_(Review.round_id.in_(on_own_work), Review.round_id.in_(_rounds_given_in(person)))
    return select(Review).where(
        or_(Review.reviewer_id == person.id, and_(Review.is_given, readable))
    )


def may_see(person: Person, review: Review) -> bool:
    """The same rule as `reviews_seen_by`, for a review already in hand."""
    if review.reviewer_id == person.id:
        return True
    if not review.is_given:
        return False
    if may_write(person, review.round.work):
        return is_heard(review.round.work)
    given = _rounds_given_in(person)
    return db.session.scalar(given.where(given.selected_columns[0] == review.round_id)) is not None


def may_review(person: Person, review: Review) -> bool:
    """Whoever was asked, while the round is open and until it is given or has gone to another."""
    return review.reviewer_id == person.id and review.is_wanted


def may_speak_as_coach(person: Person, review: Review) -> bool:
    """Whoever coaches the author now, once they have given; not where it would tell who somebody
    hidden is."""
    if review.reviewer_id != person.id or not review.is_given:
        return False
    if review.round.author_is_hidden or review.round.hides_reviewers:
        return False
    coaches = coaches_of(review.round.work.author_id).where(Person.id == person.id)
    return db.session.scalar(coaches.with_only_columns(Person.id)) is not None


def may_know_reviewer(person: Person, review: Review) -> bool:
    """Whose review it is: everybody who reads it, unless its round hides that."""
    return not review.is_hidden or review.reviewer_id == person.id


def may_show_reviewer(person: Person, review: Review) -> bool:
    """A hidden reviewer may say who they are once the author has gone on; nobody for them."""
    mine = review.reviewer_id == person.id and review.is_given
    return mine and review.is_hidden and review.round.answers_are_out


def _rounds_given_in(person: Person) -> Select[int]:
    own = aliased(Review)
    return select(own.round_id).where(own.reviewer_id == person.id, own.is_given)
