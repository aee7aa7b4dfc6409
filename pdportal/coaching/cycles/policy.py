"""Who may see a cycle: the two who go through it, also when it has ended. Leads see counts alone.

The step it is about stays the teacher's; in the cycle its words and dates are read by the coach,
and what becomes of them once it has ended is the teacher's alone.
"""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import Person
from pdportal.coaching.cycles.models import Cycle
from pdportal.cohorts.policy import coaches_of, teachers_of


def cycles_seen_by(person: Person) -> Select[Cycle]:
    """Those of one's own, on either side."""
    return select(Cycle).where(or_(Cycle.teacher_id == person.id, Cycle.coach_id == person.id))


def partners_of(person: Person) -> Select[Person]:
    """With whom one may begin a cycle: one's teachers and one's coaches."""
    teachers = teachers_of(person).with_only_columns(Person.id)
    coaches = coaches_of(person.id).order_by(None).with_only_columns(Person.id)
    return select(Person).where(or_(Person.id.in_(teachers), Person.id.in_(coaches)))


def may_change(person: Person, cycle: Cycle) -> bool:
    """Both write until it has ended; ended cycles are read."""
    return cycle.is_open and person.id in (cycle.teacher_id, cycle.coach_id)


def may_read_step(person: Person, cycle: Cycle) -> bool:
    """The teacher reads their step as it is; the coach until the cycle has ended."""
    return person.id == cycle.teacher_id or may_change(person, cycle)


def may_choose_step(person: Person, cycle: Cycle) -> bool:
    """Only the teacher puts a step among their goals."""
    return may_change(person, cycle) and person.id == cycle.teacher_id
