"""Who may see a cohort and who may run it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from pdportal.accounts.models import LEADING, Person, RoleName
from pdportal.accounts.policy import is_led_by, is_led_from, leads_where, places_led_by
from pdportal.cohorts.models import Coaching, Cohort, JoinRequest, Member
from pdportal.db import db

FEWEST = 5
"""The fewest people behind a figure that does not name them, and behind each change of it.

Whoever reads is not one of them, since they know their own part.
"""

Value = int | ColumnElement[int]
"""A value, or where it comes in a statement that is built once and asked often."""


def in_lots(people: int) -> int:
    """A count that is shown: whole lots of `FEWEST` people, so that 0 says "fewer than that"."""
    return people - people % FEWEST


def cohort_ids_of(person: Person) -> Select[int]:
    """The cohorts a person is in now."""
    return _cohort_ids(person.id)


def cohorts_seen_by(person: Person) -> Select[Cohort]:
    """Members see their cohorts while these last; whoever runs a cohort sees it for good."""
    return select(Cohort).where(is_seen(person.id, person.district_id, places_led_by(person)))


def cohorts_run_by(person: Person) -> Select[Cohort]:
    """Facilitators run their cohorts; leads run those of where they lead."""
    return select(Cohort).where(is_run_by(person))


def is_run_by(person: Person) -> ColumnElement[bool]:
    """The rule of `cohorts_run_by`, as a condition on `Cohort`."""
    return is_run(person.id, person.district_id, places_led_by(person))


def is_seen(
    person_id: Value, district_id: Value, places_led: frozenset[int | None]
) -> ColumnElement[bool]:
    """The rule of `cohorts_seen_by`, as a condition on `Cohort` for a statement that is kept."""
    return or_(
        Cohort.id.in_(_cohort_ids(person_id)),
        is_run(person_id, district_id, places_led),
    )


def is_run(
    person_id: Value, district_id: Value, places_led: frozenset[int | None]
) -> ColumnElement[bool]:
    """The rule of `cohorts_run_by`, as a condition on `Cohort` for a statement that is kept."""
    facilitated = select(Member.cohort_id).where(
        Member.person_id == person_id, Member.facilitates, Member.is_current
    )
    led = is_led_from(places_led, district_id, Cohort.district_id, Cohort.school_id)
    return or_(Cohort.id.in_(facilitated), led)


def may_run(person: Person, cohort: Cohort) -> bool:
    """The same rule as `cohorts_run_by`, for a cohort already in hand."""
    if leads_where(person, cohort):
        return True
    statement = cohorts_run_by(person).where(Cohort.id == cohort.id).with_only_columns(Cohort.id)
    return db.session.scalar(statement) is not None


def was_in_when_it_closed(person: Person, cohort_id: int) -> bool:
    """Members of a closed cohort may know that it has ended; nobody else, not even that it was."""
    ended = (
        select(Member.id)
        .join(Cohort)
        .where(
            Member.cohort_id == cohort_id,
            Member.person_id == person.id,
            Member.is_current,
            ~Cohort.is_open,
        )
    )
    return db.session.scalar(ended.limit(1)) is not None


def may_create(person: Person) -> bool:
    """Leads and admins make cohorts, each of where they lead."""
    return person.leads


def may_create_at(person: Person, school_id: int | None) -> bool:
    """The same rule, for a cohort of this school or, with None, of the whole district."""
    return person.holds_at(school_id, *LEADING)


def may_close(person: Person, cohort: Cohort) -> bool:
    """Leads close the cohorts of where they lead and open them again; facilitators do not."""
    return leads_where(person, cohort)


def facilitates_any(person: Person) -> bool:
    """Who reads what modules say to facilitators: whoever leads, coaches or facilitates."""
    if person.holds(*LEADING, RoleName.COACH):
        return True
    known = vars(person).get("facilitating")  # it comes along with whoever is signed in
    if known is not None:
        return bool(known)
    facilitated = select(Member.id).where(
        Member.person_id == person.id, Member.facilitates, Member.is_current
    )
    return db.session.scalar(facilitated.limit(1)) is not None


def people_in_district_of(person: Person) -> Select[Person]:
    """Everybody of somebody's district, active or not."""
    return select(Person).where(Person.district_id == person.district_id)


def people_known_to(person: Person) -> Select[Person]:
    """The active people of somebody's district: names that colleagues may look up."""
    return people_in_district_of(person).where(Person.active)


def people_added_by(actor: Person, cohort: Cohort) -> Select[Person]:
    """Whoever runs a cohort adds or asks active people of where it belongs; leads add theirs, too.

    Those who run a cohort see how far its people are: a school's cohort is no way to see more.
    """
    known = people_known_to(actor)
    if cohort.school_id is None:
        return known
    led = is_led_by(actor, Person.district_id, Person.school_id)
    return known.where(or_(Person.school_id == cohort.school_id, led))


def may_add(actor: Person, cohort: Cohort, person: Person) -> bool:
    """The same rule as `people_added_by`, for somebody already in hand."""
    if not person.active or person.district_id != cohort.district_id:
        return False
    return cohort.school_id in (None, person.school_id) or leads_where(actor, person)


def may_add_unasked(actor: Person, person: Person) -> bool:
    """Whoever leads somebody may put them into a cohort; anybody else needs their yes."""
    return leads_where(actor, person)


def join_requests_of(person: Person) -> Select[JoinRequest]:
    """What somebody is asked to join: nobody else answers for them."""
    return (
        select(JoinRequest)
        .join(Cohort, Cohort.id == JoinRequest.cohort_id)
        .where(
            JoinRequest.person_id == person.id, JoinRequest.answered_at.is_(None), Cohort.is_open
        )
    )


def may_link(actor: Person, coach: Person, teacher: Person) -> bool:
    """Leads link any coach of the district with those they lead; nobody coaches themselves."""
    return (
        leads_where(actor, teacher)
        and coach.district_id == teacher.district_id
        and coach.id != teacher.id
        and coach.active
        and teacher.active
        and coach.holds(RoleName.COACH)
    )


def may_unlink(actor: Person, coaching: Coaching) -> bool:
    """Leads part a coach and a teacher whom they lead."""
    return leads_where(actor, coaching.teacher)


def coaches_of(teacher_id: int) -> Select[Person]:
    """The active coaches linked to a teacher now."""
    return (
        select(Person)
        .join(Coaching, Coaching.coach_id == Person.id)
        .where(Coaching.teacher_id == teacher_id, Coaching.is_current, Person.active)
        .order_by(Coaching.since, Person.id)
    )


def teachers_of(coach: Person) -> Select[Person]:
    """The active people whom a coach is linked to now."""
    return (
        select(Person)
        .join(Coaching, Coaching.teacher_id == Person.id)
        .where(Coaching.coach_id == coach.id, Coaching.is_current, Person.active)
    )


def _cohort_ids(person_id: Value) -> Select[int]:
    return (
        select(Member.cohort_id)
        .join(Cohort)
        .where(Member.person_id == person_id, Member.is_current, Cohort.is_open)
    )
