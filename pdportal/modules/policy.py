"""Who may read what of modules, and whose way through them is whose.

Published modules are for everybody who is signed in, but what they say to facilitators is for
facilitators. Enrollments, answers, reflections and hand-ins belong to one person and nobody else
reads them; that somebody began, got on and finished is seen by those who run a cohort they are in.
"""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.cohorts import policy as cohorts
from pdportal.cohorts.models import Cohort
from pdportal.modules.models import (
    Answer,
    Assignment,
    Edition,
    Enrollment,
    HandIn,
    Module,
    Page,
    Reflection,
    Section,
)


def modules_seen_by(_person: Person) -> Select[Module]:
    """Everybody signed in may read every module that is published."""
    return select(Module).where(Module.current_id.is_not(None))


def pages_seen_by(person: Person) -> Select[Page]:
    """The pages of every edition; those for facilitators only by facilitators."""
    pages = select(Page).join(Edition)
    return pages if reads_notes(person) else pages.where(Page.section != Section.FACILITATORS)


def may_see_page(person: Person, section: Section) -> bool:
    """The same rule as `pages_seen_by`, for a page already in hand."""
    return section != Section.FACILITATORS or reads_notes(person)


def reads_notes(person: Person) -> bool:
    """Whether the pages and notes for facilitators are shown to somebody."""
    return cohorts.facilitates_any(person)


def enrollments_of(person: Person) -> Select[Enrollment]:
    """One's own ways through modules; nobody sees another's."""
    return select(Enrollment).where(Enrollment.person_id == person.id)


def answers_of(person: Person) -> Select[Answer]:
    """One's own answers; nobody sees another's."""
    return select(Answer).join(Enrollment).where(Enrollment.person_id == person.id)


def reflections_of(person: Person) -> Select[Reflection]:
    """One's own reflections; nobody sees another's, whatever they lead or coach."""
    return select(Reflection).join(Enrollment).where(Enrollment.person_id == person.id)


def hand_ins_of(person: Person) -> Select[HandIn]:
    """What somebody handed in; others read it only as a work that was shared with them."""
    return select(HandIn).join(Enrollment).where(Enrollment.person_id == person.id)


def cohorts_assigned_by(person: Person) -> Select[Cohort]:
    """The cohorts somebody may assign modules to and see the figures of: those they run."""
    return cohorts.cohorts_run_by(person)


def may_assign(person: Person, cohort: Cohort) -> bool:
    """The same rule as `cohorts_assigned_by`, for a cohort in hand; a closed one is over."""
    return cohort.closed_at is None and cohorts.may_run(person, cohort)


def assignments_seen_by(person: Person) -> Select[Assignment]:
    """Members see what is assigned to their cohorts, and whoever runs one sees what it is given."""
    mine = cohorts.cohort_ids_of(person)
    run = cohorts.cohorts_run_by(person).with_only_columns(Cohort.id)
    return select(Assignment).where(
        Assignment.ended_at.is_(None),
        Assignment.cohort_id.in_(mine) | Assignment.cohort_id.in_(run),
    )
