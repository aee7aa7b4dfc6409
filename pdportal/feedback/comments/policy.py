"""Who may read what is said about a work, and who may answer it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.feedback.comments.models import Comment, Decision
from pdportal.feedback.kinds import all_kinds, kind_of
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.windows import is_over
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Revision, Work

TIME_TO_CHANGE = timedelta(minutes=10)
"""How long one may put a comment right that was read at once, while nobody has answered it."""


def comments_seen_by(person: Person) -> Select[Comment]:
    """What stands in reviews that one may see, and what is said where one may talk.

    Of other people's reviews, what they have written; of one's own, the empty boxes as well. What
    giver and writers reply to one another under a review is theirs alone; so is all that is said
    of works whose author alone reads it (`kinds.Talk.to_author`).
    """
    reviews = review_policy.reviews_seen_by(person).with_only_columns(Review.id)
    return select(Comment).where(
        or_(
            and_(
                Comment.review_id.in_(reviews),
                or_(Comment.author_id == person.id, Comment.is_written),
            ),
            and_(
                Comment.review_id.is_(None),
                or_(_is_heard_by(person), _in_a_thread_of(person)),
            ),
        )
    )


def comments_received_by(person_id: int | BindParameter[int]) -> Select[Comment]:
    """Of these, what stands in given reviews of works that somebody writes: theirs to answer."""
    return (
        select(Comment)
        .join(Comment.review)
        .join(Comment.revision)
        .join(Revision.work)
        .where(Review.is_given, Comment.is_written)
        .where(work_policy.is_written_by(person_id), work_policy.is_heard_by_author())
    )


def said_in_stages_over(person: Person, round_: Round) -> Select[Comment] | None:
    """What was done in stages whose window is over, in reviews that are not given yet.

    Those who write the work read it, and colleagues who are past that stage, without names; whoever
    reads it may not answer it before it is given. None where there is nothing of it to read.
    """
    own = next((each for each in round_.reviews if each.reviewer_id == person.id), None)
    is_author = work_policy.may_write(person, round_.work)
    past = 0 if own is None or own.released_at else own.stage
    over = [
        and_(Comment.stage == stage.key, Review.stage > number)
        for number, stage in enumerate(reviewer_stages(round_.protocol.data))
        if is_over(round_.opens, number) and (is_author or number < past)
    ]
    if not over:
        return None
    return (
        select(Comment)
        .join(Review, Review.id == Comment.review_id)
        .where(Review.round_id == round_.id, Review.is_owed, Comment.is_written, or_(*over))
        .where(Comment.author_id != person.id)
    )


def may_see(person: Person, comment: Comment) -> bool:
    """The same rule as `comments_seen_by`, for a comment already in hand."""
    if comment.answers is not None and comment.answers.review is not None:
        return _takes_part(person, comment.answers)
    if comment.review is None:
        return _hears(person, comment)
    mine_or_written = comment.author_id == person.id or comment.is_written
    return mine_or_written and review_policy.may_see(person, comment.review)


def may_change(person: Person, comment: Any) -> bool:
    """Authors put right what they just said; what stands in a review is changed there."""
    return (
        comment.author_id == person.id
        and comment.review_id is None
        and comment.written_at + TIME_TO_CHANGE >= clock.now()
    )


def changeable(person: Person, comments: Iterable[Any]) -> frozenset[int]:
    """The ids of those comments, or of rows about some, for which the same rule holds."""
    return frozenset(comment.id for comment in comments if may_change(person, comment))


def may_reply(person: Person, comment: Comment) -> bool:
    """In a talk whoever reads the comment; under a given review giver and writers."""
    if comment.answers_id is not None:
        return False
    if comment.review is None:
        return _hears(person, comment)
    return _takes_part(person, comment)


def may_decide(person: Person, comment: Comment) -> bool:
    """Those who write a work answer what others say: in a review once it is given; not a reply."""
    return (
        work_policy.may_write(person, comment.revision.work)
        and comment.author_id != person.id
        and comment.answers_id is None
        and (comment.review is None or comment.review.is_given)
    )


def may_say_how_it_helped(person: Person, comment: Comment) -> bool:
    """Whoever may answer it, of what asked them to do or to think; praise is thanked for."""
    return may_decide(person, comment) and comment.about.by_version is not None


def may_confirm(person: Person, decision: Decision) -> bool:
    """The giver says whether what they read answers the comment (`Decision.is_to_confirm`)."""
    return decision.comment.author_id == person.id and decision.is_to_confirm


def _hears(person: Person, comment: Comment) -> bool:
    """Whether somebody reads a comment in the talk about a work."""
    work = comment.revision.work
    talk = kind_of(work).talk
    between = {work.author_id, comment.author_id, (comment.answers or comment).author_id}
    is_open = talk is not None and not talk.to_author
    if person.id == work.author_id != comment.author_id and not work_policy.is_heard(work):
        return False
    return (is_open or person.id in between) and work_policy.may_talk(person, work)


def _is_heard_by(person: Person) -> ColumnElement[bool]:
    """The same rule as a condition on `Comment`."""
    to_author = [kind.name for kind in all_kinds() if kind.talk and kind.talk.to_author]
    works = work_policy.works_talked_about_by(person).with_only_columns(Work.id)
    read = or_(Work.author_id != person.id, work_policy.is_heard_by_author())
    to_all = works.where(or_(Work.kind.not_in(to_author), Work.author_id == person.id), read)
    first = aliased(Comment)
    own = select(first.id).where(first.author_id == person.id)
    return or_(
        Comment.revision_id.in_(select(Revision.id).where(Revision.work_id.in_(to_all))),
        and_(
            Comment.revision_id.in_(select(Revision.id).where(Revision.work_id.in_(works))),
            Comment.author_id == person.id,
        ),
        and_(
            Comment.revision_id.in_(
                select(Revision.id).where(Revision.work_id.in_(works.where(read)))
            ),
            Comment.answers_id.in_(own),
        ),
    )


def _takes_part(person: Person, comment: Comment) -> bool:
    """Whether somebody is the giver of a comment in a given review, or writes the work."""
    if comment.review is None or not comment.review.is_given:
        return False
    return comment.author_id == person.id or work_policy.may_write(person, comment.revision.work)


def _in_a_thread_of(person: Person) -> ColumnElement[bool]:
    """The same rule for what a `Comment` replies to."""
    first = aliased(Comment)
    return (
        select(first.id)
        .join(Review, Review.id == first.review_id)
        .join(Revision, Revision.id == first.revision_id)
        .where(first.id == Comment.answers_id, Review.is_given)
        .where(
            or_(
                first.author_id == person.id,
                Revision.work_id.in_(work_policy.written_by(person.id)),
            )
        )
        .correlate(Comment)
        .exists()
    )
