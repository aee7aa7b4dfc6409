"""Who reads a practice note: its writer, and whoever is in a group that it is shared with.

A lead reads it as a member of the cohort or of the school's staff, and not by leading them. What a
reader says goes to the writer alone (`kinds.Talk.to_author`).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.policy import cohort_ids_of
from pdportal.feedback.practice_notes.models import NoteShare
from pdportal.feedback.works.models import Work


def shares_read_by(person: Person) -> Select[NoteShare]:
    """What is shared with the cohorts somebody is in now, and with their school."""
    groups: list[ColumnElement[bool]] = [NoteShare.cohort_id.in_(cohort_ids_of(person))]
    if person.school_id is not None:
        groups.append(NoteShare.school_id == person.school_id)
    return select(NoteShare).where(or_(*groups))


def is_read_by(person: Person) -> ColumnElement[bool]:
    """Whether somebody reads a practice note, as a condition on `Work`."""
    shared = shares_read_by(person).with_only_columns(NoteShare.work_id)
    return or_(Work.author_id == person.id, Work.id.in_(shared))
