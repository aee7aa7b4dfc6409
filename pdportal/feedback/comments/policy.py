"""Who may read what is said about a work, and who may answer it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, and_, or_, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import Comment, Decision, Verdict
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Revision, Work

TIME_TO_CHANGE = timedelta(minutes=10)
"""How long one may put a comment right that was read at once, while nobody has answered it."""


def comments_seen_by(person: Person) -> Select[Comment]:
    """What stands in reviews that one may see, and what is said where one may talk.

    Of other people's reviews, what they have written; of one's own, the empty boxes as well.
    """
    reviews = review_policy.reviews_seen_by(person).with_only_columns(Review.id)
    talked_about = work_policy.works_talked_about_by(person).with_only_columns(Work.id)
    revisions = select(Revision.id).where(Revision.work_id.in_(talked_about))
    return select(Comment).where(
        or_(
            and_(
                Comment.review_id.in_(reviews),
                or_(Comment.author_id == person.id, Comment.is_written),
            ),
            and_(Comment.review_id.is_(None), Comment.revision_id.in_(revisions)),
        )
    )


def may_see(person: Person, comment: Comment) -> bool:
    """The same rule as `comments_seen_by`, for a comment already in hand."""
    if comment.review is None:
        return work_policy.may_talk(person, comment.revision.work)
    mine_or_written = comment.author_id == person.id or comment.is_written
    return mine_or_written and review_policy.may_see(person, comment.review)


def may_change(person: Person, comment: Comment) -> bool:
    """Authors put right what they just said; what stands in a review is changed there."""
    return (
        comment.author_id == person.id
        and comment.review_id is None
        and comment.written_at + TIME_TO_CHANGE >= clock.now()
    )


def may_decide(person: Person, comment: Comment) -> bool:
    """The author of a work answers what others say: in a review once it is given; not a reply."""
    return (
        comment.revision.work.author_id == person.id
        and comment.author_id != person.id
        and comment.answers_id is None
        and (comment.review is None or comment.review.is_given)
    )


def may_confirm(person: Person, decision: Decision) -> bool:
    """The giver says whether a comment was answered: by a revision, or by declining it.

    Where no round leads to a revision, each decision is an answer, and is read at once.
    """
    comment = decision.comment
    if comment.author_id != person.id:
        return False
    if comment.review is None:
        return True
    answered = decision.addressed_at is not None or decision.verdict is Verdict.DECLINE
    return answered and comment.review.round.answers_are_out
