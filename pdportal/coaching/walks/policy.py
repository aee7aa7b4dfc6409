"""Who plans a walk, and who reads what: notes their writer alone, patterns the staff of the school.

Whoever leads or administers reads a note on patterns as staff of the school, or as one who walked.
"""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import LEADING, Person, RoleName, School
from pdportal.coaching.walks.models import Walk, Walker

FEWEST_ROOMS = 3
"""A pattern of fewer rooms would point at somebody."""
WALKERS = range(3, 7)
"""How many walk, with whoever organizes it."""


def schools_walked_by(person: Person) -> Select[School]:
    """People plan walks through their own school; coaches and leads where they are that."""
    places = {place for name, place in person.roles_held if name in (RoleName.COACH, *LEADING)}
    which = School.id.in_({*places, person.school_id} - {None})
    every = School.district_id == person.district_id
    return select(School).where(every if None in places else every & which)


def walks_seen_by(person: Person) -> Select[Walk]:
    """Those who walk."""
    return select(Walk).where(
        Walk.id.in_(select(Walker.walk_id).where(Walker.person_id == person.id))
    )


def notes_read_by(person: Person) -> Select[Walk]:
    """Notes on patterns that were sent: for the staff of the school, and those who walked."""
    walked = walks_seen_by(person).with_only_columns(Walk.id)
    staff = Walk.school_id == person.school_id
    return select(Walk).where(Walk.sent_at.is_not(None), or_(staff, Walk.id.in_(walked)))


def may_organize(person: Person, walk: Walk) -> bool:
    """Whoever planned it writes the note on patterns and closes the walk."""
    return walk.is_open and walk.organizer_id == person.id


def own_notes(person: Person, walk: Walk) -> Select[Walker]:
    """Everybody reads their own notes, and nobody else's."""
    return select(Walker).where(Walker.walk_id == walk.id, Walker.person_id == person.id)
