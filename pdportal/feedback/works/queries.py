"""Works as pages read them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import PERSON_COLUMNS
from pdportal.db import db, fetch_entities, relate
from pdportal.feedback.kinds import all_kinds, kind_named
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.queries import heard_count
from pdportal.feedback.works import policy
from pdportal.feedback.works.models import Draft, Revision, Work, WorkWriter


class WorkState(StrEnum):
    """Where a work stands, in the words of its author's list."""

    DRAFT = "draft"
    WAITING = "waiting"
    FEEDBACK = "feedback"
    REVISING = "revising"
    CLOSED = "closed"


class MyWork(NamedTuple):
    """One line of the author's list: a work, its newest revision and its open round."""

    id: int
    kind: str
    clip_id: int | None
    title: str
    created_at: datetime
    saved_at: datetime | None
    revisions: int | None
    round_id: int | None
    needed: int | None
    shared_at: datetime | None
    answered_at: datetime | None
    given: int | None
    """How many reviews are here; None while those who write it look first."""
    closed_id: int | None
    """A round of it that is closed."""
    author: str
    """Who answers for it; empty: the reader."""

    @property
    def url(self) -> str:
        """The page of the work."""
        return kind_named(self.kind).address(self)

    @property
    def last_at(self) -> datetime:
        """When it was written or shared last."""
        return max(filter(None, (self.created_at, self.saved_at, self.shared_at)))

    @property
    def state(self) -> WorkState:
        """Where it stands."""
        if self.round_id is None:
            return WorkState.CLOSED if self.closed_id else WorkState.DRAFT
        if self.answered_at is not None:
            return WorkState.REVISING
        return WorkState.FEEDBACK if self.given else WorkState.WAITING


def work_page(person: Person, work_id: int) -> Select[Work]:
    """One work that somebody may see, with its author and, for its writers, the draft."""
    return (
        policy.works_seen_by(person)
        .where(Work.id == work_id)
        .options(joinedload(Work.author), joinedload(Work.draft), joinedload(Work.writers))
    )


def read_work(person: Person, work_id: int) -> tuple[Work, Revision | None] | None:
    """One work that somebody writes, and its newest version, with who saved it; to be read."""
    given = {"person_id": person.id, "work_id": work_id}
    for work, author, draft, newest, by in fetch_entities(_read_work(), given):
        relate(work, author=author, draft=draft, writers=writers_known(work))
        for related in (draft, newest):
            if related is not None:
                relate(related, work=work)
        if newest is not None:
            relate(newest, by=by)
        return work, newest
    return None


@cache
def _read_work() -> Select[*tuple[Any, ...]]:
    by = Person.__table__.alias("by")
    newest = select(func.max(Revision.number)).where(Revision.work_id == Work.id)
    is_newest = Revision.number == newest.correlate(Work).scalar_subquery()
    columns = (*Work.__table__.c, *PERSON_COLUMNS, *Draft.__table__.c, *Revision.__table__.c)
    return (
        select(*columns, *(by.c[column.name] for column in PERSON_COLUMNS))
        .select_from(Work)
        .join(Person, Person.id == Work.author_id)
        .outerjoin(Draft, Draft.work_id == Work.id)
        .outerjoin(Revision, (Revision.work_id == Work.id) & is_newest)
        .outerjoin(by, by.c.id == Revision.by_id)
        .where(Work.id == bindparam("work_id"), policy.is_written_by(bindparam("person_id")))
    )


def own_work(person: Person, work_id: int) -> Select[Work]:
    """One work that somebody writes."""
    return (
        select(Work)
        .where(Work.id == work_id, policy.is_written_by(person.id))
        .options(joinedload(Work.author), joinedload(Work.draft), joinedload(Work.writers))
    )


def history(work: Work) -> list[Revision]:
    """All revisions of a work, the newest first, with who saved each."""
    return list(
        db.session.scalars(
            select(Revision)
            .where(Revision.work_id == work.id)
            .options(joinedload(Revision.by))
            .order_by(Revision.number.desc())
        )
    )


def my_works(person: Person, *, archived: bool = False) -> list[MyWork]:
    """What somebody writes, last touched first, each with where it stands.

    What is talked about on a page of its own stands here once feedback was asked for.
    """
    in_rounds = [kind.name for kind in all_kinds() if not kind.no_rounds]
    talked_about = [kind.name for kind in all_kinds() if kind.talk]
    rows = db.session.execute(
        _works_and_rounds()
        .add_columns(case((Work.author_id == person.id, ""), else_=Person.name))
        .where(policy.is_written_by(person.id), Work.kind.in_(in_rounds))
        .where(or_(Work.kind.not_in(talked_about), Work.id.in_(select(Round.work_id))))
        .where(Work.put_away_at.is_not(None) if archived else Work.put_away_at.is_(None))
        .order_by(func.coalesce(Draft.saved_at, Work.created_at).desc(), Work.id.desc())
        .limit(200)
    )
    return [MyWork._make(row) for row in rows]


@cache
def _works_and_rounds() -> Select[*tuple[Any, ...]]:
    """Works with their draft, their newest revision, and the round that is open."""
    number = select(func.max(Revision.number)).where(Revision.work_id == Work.id)
    closed = select(func.max(Round.id)).where(
        Round.work_id == Work.id, Round.closed_at.is_not(None)
    )
    return (
        select(
            Work.id,
            Work.kind,
            Work.clip_id,
            Work.title,
            Work.created_at,
            Draft.saved_at,
            number.correlate(Work).scalar_subquery().label("revisions"),
            Round.id.label("round_id"),
            Round.needed,
            Round.shared_at,
            Round.answered_at,
            heard_count().label("given"),
            closed.correlate(Work).scalar_subquery().label("closed_id"),
        )
        .join(Person, Person.id == Work.author_id)
        .outerjoin(Draft, Draft.work_id == Work.id)
        .outerjoin(Round, (Round.work_id == Work.id) & Round.is_open)
    )


def latest_revision(work: Work) -> Revision | None:
    """The newest revision of a work, if any is saved."""
    for (revision,) in fetch_entities(_latest_revision(), {"work_id": work.id}):
        relate(revision, work=work)
        return cast(Revision, revision)
    return None


@cache
def _latest_revision() -> Select[*tuple[Any, ...]]:
    of_work = select(*Revision.__table__.c).where(Revision.work_id == bindparam("work_id"))
    return of_work.order_by(Revision.number.desc()).limit(1)


def writers_known(work: Work) -> list[WorkWriter]:
    """Whoever writes a work with its author, did or is asked to (`Work.writers`)."""
    found = fetch_entities(_writers_known(), {"work_id": work.id})
    for writer, person in found:
        relate(writer, person=person)
    return [writer for writer, _person in found]


@cache
def _writers_known() -> Select[*tuple[Any, ...]]:
    return (
        select(*WorkWriter.__table__.c, *PERSON_COLUMNS)
        .join(Person, Person.id == WorkWriter.person_id)
        .where(WorkWriter.work_id == bindparam("work_id"))
        .order_by(WorkWriter.invited_at)
    )
