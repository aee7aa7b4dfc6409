"""Who may see a work and what is said about it, and who may do what in a round.

The wall: a work is seen by its author and by those they shared it with, and by nobody else; not by
leads, not by admins, not by a coach unless asked.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import Base, db
from pdportal.feedback.models import (
    AnchorKind,
    Comment,
    Decision,
    Review,
    Revision,
    Round,
    Verdict,
    Work,
)

# Who may see


def works_seen_by(person: Person) -> Select[Work]:
    """Authors see their works; so do those asked in an open round, and those who gave feedback."""
    return select(Work).where(
        or_(Work.author_id == person.id, Work.id.in_(_works_shared_with(person)))
    )


def may_see(person: Person, work: Work) -> bool:
    """The same rule as `works_seen_by`, for a work already in hand."""
    if work.author_id == person.id:
        return True
    mine = _works_shared_with(person).where(Round.work_id == work.id)
    return db.session.scalar(mine.limit(1)) is not None


def revisions_seen_by(person: Person) -> Select[Revision]:
    """Authors see all of theirs; a colleague the one they review, and those that answer them."""
    reviewed = (
        select(Round.revision_id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == person.id, _is_shared())
    )
    answering = (
        select(Decision.addressed_in_id)
        .join(Comment, Comment.id == Decision.comment_id)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.reviewer_id == person.id, Review.given_at.is_not(None))
        .where(Decision.addressed_in_id.is_not(None))
    )
    own = select(Work.id).where(Work.author_id == person.id)
    return select(Revision).where(
        or_(
            Revision.work_id.in_(own),
            Revision.id.in_(reviewed),
            Revision.id.in_(answering),
        )
    )


def may_see_revision(person: Person, revision: Revision) -> bool:
    """The same rule as `revisions_seen_by`, for a revision already in hand."""
    return _among(revisions_seen_by(person), Revision.id, revision)


def rounds_run_by(person: Person) -> Select[Round]:
    """A round's page is its author's."""
    return select(Round).join(Work, Work.id == Round.work_id).where(Work.author_id == person.id)


def may_run(person: Person, round_: Round) -> bool:
    """The same rule as `rounds_run_by`, for a round already in hand."""
    return round_.work.author_id == person.id


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


def comments_seen_by(person: Person) -> Select[Comment]:
    """What one wrote oneself; and of others, what stands in a given review that one may see."""
    given = (
        select(Review.id)
        .where(Review.given_at.is_not(None))
        .where(_given_to(person))
        .where(Review.reviewer_id != person.id)
    )
    written = and_(Comment.review_id.is_not(None), Comment.author_id == person.id)
    read = and_(Comment.review_id.in_(given), Comment.text != "")
    return select(Comment).where(or_(written, read))


def may_see_comment(person: Person, comment: Comment) -> bool:
    """The same rule as `comments_seen_by`, for a comment already in hand."""
    if comment.review is None:
        return False
    if comment.author_id == person.id:
        return True
    return (
        bool(comment.text)
        and comment.review.given_at is not None
        and may_see_review(person, comment.review)
    )


# Who may do what


def may_write(person: Person, work: Work) -> bool:
    """Only the author writes."""
    return work.author_id == person.id


def may_take_back(person: Person, round_: Round, *, begun: bool) -> bool:
    """Within the grace time, while nobody has begun."""
    return (
        may_run(person, round_)
        and round_.is_open
        and not begun
        and clock.now() <= round_.grace_until
    )


def may_review(person: Person, review: Review) -> bool:
    """Whoever was asked, while the round is open and until it is given or has gone to another."""
    return review.reviewer_id == person.id and review.is_owed and review.round.is_open


def may_decide(person: Person, comment: Comment) -> bool:
    """The author answers what was given to them."""
    review = comment.review
    return (
        review is not None
        and review.given_at is not None
        and review.round.work.author_id == person.id
    )


def answers_are_out(round_: Round) -> bool:
    """Givers read the answers once the author has gone on or closed, not while these are typed."""
    return round_.answered_at is not None or round_.closed_at is not None


def may_confirm(person: Person, decision: Decision) -> bool:
    """The giver says whether a comment was answered: by a revision, or by declining it."""
    review = decision.comment.review
    if review is None or not answers_are_out(review.round):
        return False
    answered = decision.addressed_at is not None or decision.verdict is Verdict.DECLINE
    return answered and decision.comment.author_id == person.id


def is_placed(comment: Comment) -> bool:
    """Whether a comment says where on the work it stands."""
    return comment.anchor is not AnchorKind.WHOLE


def _is_shared() -> ColumnElement[bool]:
    """Of `Review` and `Round`: given, or still asked in an open round."""
    return or_(
        Review.given_at.is_not(None),
        and_(
            Review.released_at.is_(None),
            Round.taken_back_at.is_(None),
            Round.closed_at.is_(None),
        ),
    )


def _works_shared_with(person: Person) -> Select[int]:
    return (
        select(Round.work_id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == person.id, _is_shared())
    )


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
