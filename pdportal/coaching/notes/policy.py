"""Who may read a coach's notes: their author, and of those shared with the pair the teacher.

Nobody else: not leads, not admins, not another coach of the same teacher. A draft is its author's,
also where its author means to share it.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.coaching.notes.models import CoachNote
from pdportal.cohorts.policy import teachers_of

MONTH_STAYS_OPEN = 7
"""Until this day of the next month, contacts of a month are noted and their minutes mended."""


def notes_by(author: Person) -> Select[CoachNote]:
    """One's own, drafts and deleted ones among them, also after the two have parted."""
    return select(CoachNote).where(CoachNote.author_id == author.id)


def notes_shared_with(teacher: Person) -> Select[CoachNote]:
    """What coaches shared with a teacher; of a deleted one, that it was there."""
    return select(CoachNote).where(
        CoachNote.teacher_id == teacher.id, CoachNote.shared_at.is_not(None)
    )


def people_written_about_by(coach: Person) -> Select[Person]:
    """A coach writes about the teachers they work with now."""
    return teachers_of(coach)


def is_open_month(day: date, today: date) -> bool:
    """Whether contacts of this day may still be noted: what leads count never moves afterwards."""
    return first_open_day(today) <= day <= today


def first_open_day(today: date) -> date:
    """The first day of this month, or of the last one in the first days of a month."""
    first = today.replace(day=1)
    if today.day > MONTH_STAYS_OPEN:
        return first
    return (first - timedelta(days=1)).replace(day=1)
