"""Who writes a work, as pages read it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, Select
from sqlalchemy.orm import joinedload, selectinload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import named
from pdportal.db import db
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.works.models import Work, WorkWriter
from pdportal.feedback.writers import policy


def work_of_writers(person: Person, work_id: int) -> Select[Work]:
    """One work that somebody writes, or is asked to write, with all who do."""
    return (
        policy.works_of_writers(person)
        .where(Work.id == work_id)
        .options(joinedload(Work.author), selectinload(Work.writers))
    )


def people_to_invite(work: Work, words: str = "") -> Sequence[Row[int, str]]:
    """Whom its author may still ask: id and name."""
    writing = [each.person_id for each in work.writers if each.left_at is None]
    people = policy.people_to_invite(work).where(Person.id.not_in(writing))
    if words.strip():
        found = named(words, work.author.district_id)
        people = people.join(found, found.c.person_id == Person.id)
    by_name = people.with_only_columns(Person.id, Person.name).order_by(Person.sort_key, Person.id)
    return db.session.execute(by_name.limit(50)).all()


def asked_or_writing(work: Work, person_id: int) -> WorkWriter | None:
    """Somebody's place beside the author, if they write the work or are asked to."""
    return next(
        (each for each in work.writers if each.person_id == person_id and each.left_at is None),
        None,
    )


def others_of(work: Work, reader: Person) -> list[Person]:
    """Those who write a work, the author first; nobody where one writes alone. Not the reader."""
    joined = with_author(work)
    people = [work.author, *joined] if joined else []
    return [person for person in people if person.id != reader.id]


def with_author(work: Work) -> list[Person]:
    """Those who write a work beside its author."""
    return [each.person for each in work.writers if each.writes] if kind_of(work).together else []
