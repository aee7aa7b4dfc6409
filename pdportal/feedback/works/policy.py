"""Who may see a work, and who may write it.

The wall: a work is seen by its author and by those they shared it with, and by nobody else; not by
leads, not by admins, not by a coach unless asked.
"""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work


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


def may_write(person: Person, work: Work) -> bool:
    """Only the author writes."""
    return work.author_id == person.id


def _works_shared_with(person: Person) -> Select[int]:
    return (
        select(Round.work_id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted))
    )
