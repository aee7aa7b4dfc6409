"""Who may see a work, who may write it, and who may comment on it without a round.

The wall: a work is seen by those who write it and by those they shared it with, and by nobody else;
not by leads, not by admins, not by a coach unless asked.

Who reads, writes, answers, shares and decides is `is_written_by` and `may_write`. Who must not give
feedback is `is_or_was_in`. Whose a work is stays `Work.author_id` (docs/decisions/0045).
"""

from __future__ import annotations

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    false,
    or_,
    select,
)

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.kinds import all_kinds, kind_of
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Revision, Work, WorkWriter

_OWN = Work.__table__.alias()


def written_by(person_id: int | BindParameter[int]) -> CompoundSelect[int]:
    """The ids of the works that somebody writes: as their author, or with their author."""
    own = select(_OWN.c.id).where(_OWN.c.author_id == person_id)
    joined = WorkWriter.person_id == person_id, WorkWriter.writes
    return own.union_all(select(WorkWriter.work_id).where(*joined))


def is_written_by(person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """The same as a condition on `Work`."""
    return Work.id.in_(written_by(person_id))


def works_seen_by(person: Person) -> Select[Work]:
    """Those who write a work see it; so do those asked in an open round, those who gave feedback,
    and those who may talk about it."""
    shared = (
        select(Round.work_id)
        .join(Review, Review.round_id == Round.id)
        .where(Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted))
    )
    talked_about = works_talked_about_by(person).with_only_columns(Work.id)
    return select(Work).where(
        or_(is_written_by(person.id), Work.id.in_(shared), Work.id.in_(talked_about))
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
    """A `Work` whose author reads what others say about it, in the talk and in reviews: not while
    they look first."""
    kinds = [kind for kind in all_kinds() if kind.talk]
    waiting = (and_(Work.kind == kind.name, kind.talk.waits()) for kind in kinds if kind.talk)
    return ~or_(false(), *waiting)


def is_heard(work: Work) -> bool:
    """The same rule, for a work already in hand."""
    if kind_of(work).talk is None:
        return True
    heard = select(Work.id).where(Work.id == work.id, is_heard_by_author())
    return db.session.scalar(heard) is not None


def may_talk(person: Person, work: Work) -> bool:
    """The same rule as `works_talked_about_by`, for a work already in hand."""
    talked_about = works_talked_about_by(person).where(Work.id == work.id)
    return db.session.scalar(talked_about.with_only_columns(Work.id)) is not None


def may_go_back(person: Person, work: Work, revision: Revision, newest: Revision | None) -> bool:
    """Its writers, of a work that is written here, to any version but the newest."""
    kind = kind_of(work)
    is_written_here = kind.own_page is None or kind.start is not None
    is_old = newest is not None and revision.number < newest.number
    return may_write(person, work) and is_written_here and is_old


def may_write(person: Person, work: Work) -> bool:
    """The same rule as `is_written_by`, for a work already in hand."""
    return work.author_id == person.id or person.id in writers_of(work)


def writers_of(work: Work) -> frozenset[int]:
    """The ids of those who write a work now."""
    return frozenset({work.author_id, *(each.person_id for each in _joined(work) if each.writes)})


def is_written_together(work: Work) -> bool:
    """Whether somebody writes it with its author, or is asked to."""
    return any(each.left_at is None for each in _joined(work))


def is_or_was_in(work_id: int) -> Select[int]:
    """The ids of those who wrote a work with its author, or are asked to: nobody of them gives
    feedback on it, or is asked for it. Whoever only ever said no may."""
    asked_or_joined = or_(WorkWriter.left_at.is_(None), WorkWriter.wrote_at.is_not(None))
    return select(WorkWriter.person_id).where(WorkWriter.work_id == work_id, asked_or_joined)


def owner_for(person: Person, work: Work) -> int:
    """Whose looks at a work are not noted (`activity.looks`): its author's, and of all who write
    it."""
    return person.id if may_write(person, work) else work.author_id


def may_own(person: Person, work: Work) -> bool:
    """Whose it is: the author alone archives it, asks others to write it, and hands it over."""
    return work.author_id == person.id


def _joined(work: Work) -> list[WorkWriter]:
    return work.writers if kind_of(work).together else []
