"""Who may read what of modules, and whose way through them is whose.

Published modules are for everybody who is signed in, but what they say to facilitators is for
facilitators. Enrollments, answers, reflections and hand-ins belong to one person and nobody else
reads them; that somebody began, got on and finished is seen by those who run a cohort they are in.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, select

from pdportal.accounts.models import Person
from pdportal.cohorts import policy as cohorts
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import Value
from pdportal.modules.models import Assignment, Enrollment, Module, Section


def modules_seen_by(_person: Person) -> Select[Module]:
    """Everybody signed in may read every module that is published."""
    return select(Module).where(Module.current_id.is_not(None))


def may_see_page(person: Person, section: Section) -> bool:
    """Pages for facilitators are for facilitators, all others for everybody."""
    return section != Section.FACILITATORS or reads_notes(person)


def reads_notes(person: Person) -> bool:
    """Whether the pages and notes for facilitators are shown to somebody."""
    return cohorts.facilitates_any(person)


def enrollments_of(person: Person) -> Select[Enrollment]:
    """One's own ways through modules, and all that was done on them; nobody sees another's."""
    return select(Enrollment).where(is_own(person.id))


def is_own(person_id: Value) -> ColumnElement[bool]:
    """The rule of `enrollments_of`, as a condition on `Enrollment`."""
    return Enrollment.person_id == person_id


def is_assigned_to(person_id: Value) -> ColumnElement[bool]:
    """Of `Assignment`, `Cohort` and `Member`: given to the open cohorts that somebody learns in."""
    return and_(Assignment.is_current, Cohort.is_open, Member.person_id == person_id, Member.learns)


def may_assign(person: Person, cohort: Cohort) -> bool:
    """Those who run a cohort assign modules to it while it is open."""
    return cohort.is_open and cohorts.may_run(person, cohort)
