"""Practice notes as pages read them, and the groups they are shared with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import LEADING, Person, Role, School
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import cohort_ids_of
from pdportal.db import db
from pdportal.feedback.practice_notes import policy
from pdportal.feedback.practice_notes.models import NoteShare
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.skills import WorkSkill
from pdportal.skills.frameworks.models import Skill

NAME = "practice_note"
"""As `Work.kind` stores it."""
MOST_NOTES = 300
"""So many of the newest notes stand on the page."""


Rows = Select[*tuple[Any, ...]]


class Note(NamedTuple):
    """A practice note in the list, and a skill it is about: one line for each of its skills."""

    id: int
    title: str
    author_id: int
    author: str
    content: dict[str, str]
    made_at: datetime
    skill_id: int | None
    skill: str | None


class Group(NamedTuple):
    """A cohort or a school that a note can be shared with, and who would read it."""

    key: str
    name: str
    people: list[str]
    leading: list[str]
    """Those of them who lead or administer somewhere."""


def note_page(person: Person, work_id: int) -> Select[Work]:
    """One practice note that somebody reads, with its writer and, for the writer, the draft."""
    return (
        select(Work)
        .where(Work.kind == NAME, Work.id == work_id, policy.is_read_by(person))
        .options(joinedload(Work.author), joinedload(Work.draft))
    )


def notes_read(person: Person, skill_id: int | None = None) -> list[Note]:
    """The notes shared with somebody's groups, by skill and then the newest first."""
    shared = policy.shares_read_by(person).with_only_columns(NoteShare.work_id)
    newest = select(func.max(Revision.number)).where(Revision.work_id == Work.id)
    note = (
        select(
            Work.id,
            Work.title,
            Work.author_id,
            Person.name.label("author"),
            Revision.content,
            Revision.made_at,
        )
        .join(Person, Person.id == Work.author_id)
        .join(Revision, Revision.work_id == Work.id)
        .where(Work.kind == NAME, Work.id.in_(shared))
        .where(Revision.number == newest.correlate(Work).scalar_subquery())
        .order_by(Revision.made_at.desc(), Work.id.desc())
        .limit(MOST_NOTES)
        .subquery()
    )
    rows = (
        select(*note.c, WorkSkill.skill_id, Skill.name.label("skill"))
        .outerjoin(WorkSkill, WorkSkill.work_id == note.c.id)
        .outerjoin(Skill, Skill.id == WorkSkill.skill_id)
        .order_by(Skill.name.is_(None), Skill.name, note.c.made_at.desc(), note.c.id.desc())
    )
    if skill_id is not None:
        rows = rows.where(WorkSkill.skill_id == skill_id)
    return [Note._make(row) for row in db.session.execute(rows)]


def own_notes(person: Person) -> Sequence[Row[int, str, bool]]:
    """What somebody has written, the newest first: id, title, and whether anybody reads it."""
    is_shared = select(NoteShare.id).where(NoteShare.work_id == Work.id).exists()
    return db.session.execute(
        select(Work.id, Work.title, is_shared.label("is_shared"))
        .where(Work.kind == NAME, Work.author_id == person.id, Work.put_away_at.is_(None))
        .order_by(Work.id.desc())
        .limit(100)
    ).all()


def groups_reading(person: Person, work: Work) -> Sequence[str]:
    """The names of the groups a note is shared with: all for its writer, for others their own."""
    shares = policy.shares_read_by(person)
    if person.id == work.author_id:
        shares = select(NoteShare)
    return db.session.scalars(
        shares.outerjoin(Cohort, Cohort.id == NoteShare.cohort_id)
        .outerjoin(School, School.id == NoteShare.school_id)
        .where(NoteShare.work_id == work.id)
        .where(or_(Cohort.id.is_(None), Cohort.is_open))
        .with_only_columns(_group_name(), maintain_column_froms=True)
        .order_by(NoteShare.id)
    ).all()


def shares_of(work: Work) -> Sequence[NoteShare]:
    """The groups that read a note now."""
    shares = select(NoteShare).where(NoteShare.work_id == work.id).order_by(NoteShare.id)
    return db.session.scalars(shares).all()


def sharing_of(person: Person) -> tuple[Rows, Rows]:
    """With whom somebody's notes are shared since when, and which skills they are about."""
    shared = (
        select(Work.title, _group_name(), NoteShare.shared_at)
        .join(NoteShare, NoteShare.work_id == Work.id)
        .outerjoin(Cohort, Cohort.id == NoteShare.cohort_id)
        .outerjoin(School, School.id == NoteShare.school_id)
    )
    skills = (
        select(Work.title, Skill.name.label("skill"))
        .join(WorkSkill, WorkSkill.work_id == Work.id)
        .join(Skill, Skill.id == WorkSkill.skill_id)
    )
    mine = Work.author_id == person.id
    return shared.where(mine).order_by(NoteShare.id), skills.where(mine).order_by(Work.id, Skill.id)


def _group_name() -> ColumnElement[str]:
    return func.coalesce(Cohort.name, School.name).label("shared_with")


def readers(work: Work) -> set[int]:
    """The ids of those who read a note now, its writer apart."""
    shared = NoteShare.work_id == work.id
    rows = db.session.execute(
        _people(
            Cohort.id.in_(select(NoteShare.cohort_id).where(shared)),
            School.id.in_(select(NoteShare.school_id).where(shared)),
        )
    )
    return {row.person_id for row in rows} - {work.author_id}


def groups_to_share_with(author: Person, shares: Sequence[NoteShare]) -> list[Group]:
    """The writer's cohorts, then the school; and what the note is shared with already."""
    cohorts = [share.cohort_id for share in shares if share.cohort_id]
    schools = [share.school_id for share in shares if share.school_id]
    rows = db.session.execute(
        _people(
            or_(Cohort.id.in_(cohort_ids_of(author)), Cohort.id.in_(cohorts)),
            School.id.in_([*schools, author.school_id or 0]),
        )
    )
    groups: dict[str, Group] = {}
    for row in rows:
        key = f"{row.place}-{row.id}"
        group = groups.setdefault(key, Group(key, row.name, [], []))
        if row.person_id != author.id:
            group.people.append(row.person)
            if row.leads:
                group.leading.append(row.person)
    return list(groups.values())


def _people(cohorts: ColumnElement[bool], schools: ColumnElement[bool]) -> Rows:
    """Who is in some open cohorts now, and who is on the staff of some schools."""
    leads = select(Role.id).where(Role.person_id == Person.id, Role.name.in_(LEADING))
    person = (
        Person.id.label("person_id"),
        Person.name.label("person"),
        Person.sort_key.label("sort_key"),
        leads.correlate(Person).exists().label("leads"),
    )
    both = union_all(
        select(literal("cohort").label("place"), Cohort.id, Cohort.name, *person)
        .join(Member, Member.cohort_id == Cohort.id)
        .join(Person, Person.id == Member.person_id)
        .where(cohorts, Cohort.is_open, Member.is_current, Person.active),
        select(literal("school"), School.id, School.name, *person)
        .join(Person, Person.school_id == School.id)
        .where(schools, Person.active),
    ).subquery()
    return select(both).order_by(both.c.place, both.c.id, both.c.sort_key, both.c.person_id)
