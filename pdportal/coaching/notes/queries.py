"""What pages read of notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.coaching.notes import policy
from pdportal.coaching.notes.models import CoachNote
from pdportal.db import db
from pdportal.web.locale import month_after


def notes_about(coach: Person, teacher_id: int) -> Sequence[CoachNote]:
    """What a coach noted about a teacher, drafts first, then the newest."""
    return db.session.scalars(
        policy.notes_by(coach)
        .where(CoachNote.teacher_id == teacher_id)
        .order_by(CoachNote.kept_at.is_not(None), CoachNote.on_day.desc(), CoachNote.id.desc())
        .limit(200)
    ).all()


def notes_shared(teacher: Person) -> Sequence[CoachNote]:
    """What coaches shared with a teacher, the newest first."""
    return db.session.scalars(
        policy.notes_shared_with(teacher)
        .options(joinedload(CoachNote.author).load_only(Person.name))
        .order_by(CoachNote.shared_at.desc(), CoachNote.id.desc())
        .limit(200)
    ).all()


def contacts_in(coach: Person, month: date) -> Sequence[CoachNote]:
    """A month of a coach's contact log, in the order of the days; deleted notes count as well."""
    return db.session.scalars(
        policy.notes_by(coach)
        .options(joinedload(CoachNote.teacher).load_only(Person.name))
        .where(
            ~CoachNote.is_draft,
            CoachNote.contact.is_not(None),
            CoachNote.on_day >= month,
            CoachNote.on_day < month_after(month),
        )
        .order_by(CoachNote.on_day, CoachNote.id)
        .limit(2000)
    ).all()
