"""Who may read what is said about a work, and who may answer it."""

from __future__ import annotations

from sqlalchemy import Select, and_, or_, select

from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import AnchorKind, Comment, Decision, Verdict
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.policy import _given_to, may_see_review
from pdportal.feedback.rounds.policy import answers_are_out


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


def may_decide(person: Person, comment: Comment) -> bool:
    """The author answers what was given to them."""
    review = comment.review
    return (
        review is not None
        and review.given_at is not None
        and review.round.work.author_id == person.id
    )


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
