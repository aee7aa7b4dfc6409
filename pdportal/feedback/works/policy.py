"""Who may see a work, and who may write it.

The wall: a work is seen by its author and by those they shared it with, and by nobody else; not by
leads, not by admins, not by a coach unless asked.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.policy import _among
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work


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


def may_write(person: Person, work: Work) -> bool:
    """Only the author writes."""
    return work.author_id == person.id


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
