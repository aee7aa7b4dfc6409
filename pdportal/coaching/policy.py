"""Whose clips, reviews and people stand on somebody's page of coaching.

Clips follow `video.policy`, coaches and teachers `cohorts.policy`. Of what is said about a
teacher's work, a coach sees here only that they themselves said it, and when.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.policy import teachers_of
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.kinds import all_kinds
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work
from pdportal.video.models import Clip, ClipShare
from pdportal.video.policy import shares_standing


def clips_to_finish(person: Person) -> Select[ClipShare]:
    """Shared with somebody, whose file is there, and who has not said to be done with it."""
    return clips_shared_with(person).where(
        ClipShare.finished_at.is_(None), Clip.deleted_at.is_(None)
    )


def reviews_to_give_as_coach(coach: Person) -> Select[Review]:
    """Asked of somebody as the author's coach, and owed."""
    return (
        select(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .where(Review.reviewer_id == coach.id, Review.as_coach, Review.is_wanted)
    )


def clips_ever_shared_with(person: Person) -> Select[ClipShare]:
    """Also those that were taken back."""
    return select(ClipShare).join(Clip).where(ClipShare.person_id == person.id)


def words_to_teachers_of(coach: Person) -> Select[Work, datetime]:
    """The works of a coach's teachers that are talked about, and when the coach last did so of each
    version."""
    by_coach = Comment.revision_id == Revision.id, Comment.author_id == coach.id
    last = select(func.max(Comment.written_at)).where(*by_coach, Comment.review_id.is_(None))
    teachers = teachers_of(coach).with_only_columns(Person.id)
    talked_about = [kind.name for kind in all_kinds() if kind.talk]
    return (
        select(Work, last.correlate(Revision).scalar_subquery().label("at"))
        .join(Revision, Revision.work_id == Work.id)
        .where(Work.author_id.in_(teachers), or_(*(Work.kind == each for each in talked_about)))
    )


def reviews_given_by(person: Person) -> Select[Review]:
    """The feedback somebody gave to authors whom they know."""
    return (
        select(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .where(Review.reviewer_id == person.id, Review.is_given, ~Round.author_is_hidden)
    )


def clips_of(person: Person) -> Select[Clip]:
    """One's own."""
    return select(Clip).where(Clip.owner_id == person.id)


def reviews_of(coach: Person, teacher_id: int) -> Select[Review]:
    """The feedback that a coach owes or gave to one author, whom they know, and nobody else's."""
    return (
        select(Review)
        .join(Round, Round.id == Review.round_id)
        .join(Work, Work.id == Round.work_id)
        .where(
            Review.reviewer_id == coach.id,
            Work.author_id == teacher_id,
            ~Round.author_is_hidden,
            or_(Review.is_wanted, Review.is_given),
        )
    )


def clips_shared_with(person: Person) -> Select[ClipShare]:
    """Shared with somebody now."""
    return shares_standing(person.id).join(Clip, Clip.id == ClipShare.clip_id)
