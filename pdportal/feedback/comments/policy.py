"""Who may read what is said about a work, and who may answer it."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import Comment, Decision, Verdict
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.models import Review


def comments_seen_by(person: Person) -> Select[Comment]:
    """What one wrote oneself; and of others, what stands in a given review that one may see."""
    reviews = review_policy.reviews_seen_by(person).with_only_columns(Review.id)
    return select(Comment).where(
        Comment.review_id.in_(reviews), or_(Comment.author_id == person.id, Comment.is_written)
    )


def may_see(person: Person, comment: Comment) -> bool:
    """The same rule as `comments_seen_by`, for a comment already in hand."""
    if comment.review is None or not review_policy.may_see(person, comment.review):
        return False
    return comment.author_id == person.id or comment.is_written


def may_decide(person: Person, comment: Comment) -> bool:
    """The author answers what was given to them."""
    review = comment.review
    return review is not None and review.is_given and review.round.work.author_id == person.id


def may_confirm(person: Person, decision: Decision) -> bool:
    """The giver says whether a comment was answered: by a revision, or by declining it."""
    review = decision.comment.review
    if review is None or not review.round.answers_are_out:
        return False
    answered = decision.addressed_at is not None or decision.verdict is Verdict.DECLINE
    return answered and decision.comment.author_id == person.id
