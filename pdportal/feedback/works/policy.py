"""Who may see a work, who may write it, and who may comment on it without a round.

The wall: a work is seen by its author and by those they shared it with, and by nobody else; not by
leads, not by admins, not by a coach unless asked.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.kinds import all_kinds, kind_of
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work


def works_seen_by(person: Person) -> Select[Work]:
    """Authors see their works; so do those asked in an open round, those who gave feedback, and
    those who may talk about it."""
    shared = (
        select(Round.work_id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted))
    )
    talked_about = works_talked_about_by(person).with_only_columns(Work.id)
    return select(Work).where(
        or_(Work.author_id == person.id, Work.id.in_(shared), Work.id.in_(talked_about))
    )


def works_talked_about_by(person: Person) -> Select[Work]:
    """Works that somebody may comment on without a round, as the kind of each says."""
    return select(Work).where(
        or_(
            false(),
            *(
                and_(Work.kind == kind.name, kind.talk.seen_by(person))
                for kind in all_kinds()
                if kind.talk
            ),
        )
    )


def is_heard_by_author() -> ColumnElement[bool]:
    """A `Work` whose author reads what others say about it: not while they look first."""
    kinds = [kind for kind in all_kinds() if kind.talk]
    waiting = (and_(Work.kind == kind.name, kind.talk.waits()) for kind in kinds if kind.talk)
    return ~or_(false(), *waiting)


def may_talk(person: Person, work: Work) -> bool:
    """The same rule as `works_talked_about_by`, for a work already in hand."""
    talked_about = works_talked_about_by(person).where(Work.id == work.id)
    return db.session.scalar(talked_about.with_only_columns(Work.id)) is not None


def may_go_back(person: Person, work: Work, revision: Revision, newest: Revision | None) -> bool:
    """The author, of a work that is written here, to any version but the newest."""
    kind = kind_of(work)
    is_written_here = kind.own_page is None or kind.start is not None
    is_old = newest is not None and revision.number < newest.number
    return may_write(person, work) and is_written_here and is_old


def may_write(person: Person, work: Work) -> bool:
    """Only the author writes."""
    return work.author_id == person.id
