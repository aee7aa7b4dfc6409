"""What the pages about cohorts and coaches read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person, Role, RoleName, School
from pdportal.accounts.naming import SUBJECT_MARK
from pdportal.accounts.policy import is_led_by, places_led_by
from pdportal.accounts.queries import named
from pdportal.cohorts import policy
from pdportal.cohorts.models import Coaching, Cohort, JoinRequest, Member
from pdportal.db import db, fetch_one

Rows = Select[*tuple[Any, ...]]
"""Rows of columns that a template reads by name."""

PAGE = 50
"""Cohorts on one page of the list."""

FOUND = 30
"""People that one search shows; a better word finds the others."""


def cohort_list(person: Person, page: int = 1) -> Rows:
    """The cohorts a person sees or is asked to join, open ones first, with how many are in each.

    Returns up to `PAGE + 1` rows: one more than a page shows that there is another.
    """
    people = (
        select(func.count())
        .where(Member.cohort_id == Cohort.id, Member.is_current)
        .correlate(Cohort)
        .scalar_subquery()
    )
    is_mine = (
        select(Member.id)
        .where(Member.cohort_id == Cohort.id, Member.person_id == person.id, Member.is_current)
        .correlate(Cohort)
        .exists()
    )
    asked = policy.join_requests_of(person).with_only_columns(JoinRequest.cohort_id)
    seen = policy.cohorts_seen_by(person).with_only_columns(Cohort.id)
    return (
        select(
            Cohort.id,
            Cohort.name,
            Cohort.starts_on,
            Cohort.ends_on,
            Cohort.closed_at,
            School.name.label("school"),
            people.label("people"),
            policy.is_run_by(person).label("runs"),
            is_mine.label("mine"),
            Cohort.id.in_(asked).label("asked"),
        )
        .where(or_(Cohort.id.in_(seen), Cohort.id.in_(asked)))
        .outerjoin(School, School.id == Cohort.school_id)
        .order_by(~Cohort.is_open, Cohort.starts_on.desc(), Cohort.sort_key, Cohort.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )


def cohort_opened(person: Person, cohort_id: int) -> tuple[Cohort, bool] | None:
    """One cohort, and whether this person runs it; None where they do not see it."""
    statement = _opened(places_led_by(person))
    row = db.session.execute(statement, _values(person, cohort_id)).one_or_none()
    return None if row is None else (row[0], row[1])


def cohort_row(person: Person, cohort_id: int) -> Row[*tuple[Any, ...]] | None:
    """The same as columns, with `runs`, for a page that only reads."""
    return fetch_one(_opened_columns(places_led_by(person)), _values(person, cohort_id))


def _values(person: Person, cohort_id: int) -> dict[str, int]:
    return {"person": person.id, "district": person.district_id, "cohort": cohort_id}


@lru_cache(maxsize=200)
def _opened(places_led: frozenset[int | None]) -> Select[Cohort, bool]:
    """The statement of `cohort_opened`, built once for each set of places led.

    To build it takes five times as long as to execute it.
    """
    who = bindparam("person", type_=Integer), bindparam("district", type_=Integer), places_led
    return select(Cohort, policy.is_run(*who).label("runs")).where(
        policy.is_seen(*who), Cohort.id == bindparam("cohort")
    )


@lru_cache(maxsize=200)
def _opened_columns(places_led: frozenset[int | None]) -> Rows:
    statement = _opened(places_led)
    return statement.with_only_columns(*Cohort.__table__.c, statement.selected_columns.runs)


def members_of(cohort_id: int) -> Rows:
    """Who is in a cohort now: facilitators first, then by name."""
    return (
        select(
            Member.id,
            Member.person_id,
            Person.name,
            Person.teaches,
            Person.active,
            School.name.label("school"),
            Member.facilitates,
            Member.joined_at,
        )
        .join(Person, Member.person_id == Person.id)
        .outerjoin(School, Person.school_id == School.id)
        .where(Member.cohort_id == cohort_id, Member.is_current)
        .order_by(Member.facilitates.desc(), Person.sort_key, Person.id)
    )


def colleagues_named(person: Person, words: str) -> Rows:
    """Others in the cohorts that somebody is in, by name or subject; once for each cohort."""
    ids = named(words, person.district_id, SUBJECT_MARK)
    return (
        select(
            Member.person_id,
            Person.name,
            Person.teaches,
            Member.cohort_id,
            Cohort.name.label("cohort"),
        )
        .join(ids, ids.c.person_id == Member.person_id)
        .join(Person, Member.person_id == Person.id)
        .join(Cohort, Member.cohort_id == Cohort.id)
        .where(
            Member.cohort_id.in_(policy.cohort_ids_of(person)),
            Member.is_current,
            Person.active,
            Person.id != person.id,
        )
        .order_by(Person.sort_key, Person.id, Cohort.id)
        .limit(FOUND + 1)
    )


def members_and_asked(cohort_id: int) -> Rows:
    """The same, and after them those who are asked to join and have not answered (`is_asked`)."""
    members = (
        members_of(cohort_id).order_by(None).add_columns(false().label("is_asked"), Person.sort_key)
    )
    asked = (
        select(
            JoinRequest.id,
            JoinRequest.person_id,
            Person.name,
            Person.teaches,
            Person.active,
            School.name,
            false(),
            JoinRequest.asked_at,
            true(),
            Person.sort_key,
        )
        .join(Person, JoinRequest.person_id == Person.id)
        .outerjoin(School, Person.school_id == School.id)
        .where(JoinRequest.cohort_id == cohort_id, JoinRequest.answered_at.is_(None))
    )
    both = union_all(members, asked).subquery()
    return select(both).order_by(
        both.c.is_asked, both.c.facilitates.desc(), both.c.sort_key, both.c.person_id
    )


def membership(cohort_id: int, person_id: int) -> Select[Member]:
    """The current membership of a person in a cohort."""
    return select(Member).where(
        Member.cohort_id == cohort_id, Member.person_id == person_id, Member.is_current
    )


def members_led_by(person: Person, cohort_id: int) -> Rows:
    """The members of a cohort whom a person leads."""
    return members_of(cohort_id).where(is_led_by(person, Person.district_id, Person.school_id))


def people_to_add(
    person: Person, cohort: Cohort, words: str = "", school_id: int | None = None
) -> Rows:
    """Whom somebody may add, by name or subject, and which of them are in the cohort already.

    Without a word to find them by, only those who are not in it.
    """
    is_in = (
        select(Member.id)
        .where(Member.cohort_id == cohort.id, Member.person_id == Person.id, Member.is_current)
        .correlate(Person)
        .exists()
    )
    people = policy.people_added_by(person, cohort)
    if words.strip():
        ids = named(words, cohort.district_id, SUBJECT_MARK)
        people = people.join(ids, ids.c.person_id == Person.id)
    else:
        people = people.where(~is_in)
    if school_id is not None:
        people = people.where(Person.school_id == school_id)
    return (
        people.outerjoin(School, Person.school_id == School.id)
        .with_only_columns(
            Person.id,
            Person.name,
            Person.teaches,
            School.name.label("school"),
            is_in.label("is_in"),
        )
        .order_by(is_in, Person.sort_key, Person.id)
        .limit(FOUND + 1)
    )


def people_by_address(person: Person, cohort: Cohort, addresses: Iterable[str]) -> Select[Person]:
    """The people with these email addresses whom a person may add."""
    return policy.people_added_by(person, cohort).where(Person.email.in_(list(addresses)))


def people_by_id(person: Person, ids: Iterable[int]) -> Select[Person]:
    """The people of the district with these ids."""
    return policy.people_known_to(person).where(Person.id.in_(list(ids)))


def schools_to_add_from(person: Person, cohort: Cohort) -> Rows:
    """The schools whose people somebody may add to a cohort."""
    schools = select(School.id, School.name).where(School.district_id == person.district_id)
    if cohort.school_id is not None:
        led = is_led_by(person, School.district_id, School.id)
        schools = schools.where(or_(School.id == cohort.school_id, led))
    return schools.order_by(School.sort_key)


def coaches_in(person: Person) -> Rows:
    """The coaches of somebody's district, with how many teachers each has now."""
    teachers = (
        select(func.count())
        .where(Coaching.coach_id == Person.id, Coaching.is_current)
        .correlate(Person)
        .scalar_subquery()
    )
    return (
        policy.people_known_to(person)
        .with_only_columns(Person.id, Person.name, teachers.label("teachers"))
        .where(_is_coach())
        .order_by(Person.sort_key, Person.id)
    )


def coach_by_id(person: Person, coach_id: int) -> Select[Person]:
    """A coach of somebody's district."""
    return policy.people_known_to(person).where(Person.id == coach_id, _is_coach())


def join_request(person: Person, cohort_id: int) -> Select[JoinRequest]:
    """What somebody is asked about a cohort, with the cohort and who asks."""
    return (
        policy.join_requests_of(person)
        .where(JoinRequest.cohort_id == cohort_id)
        .options(joinedload(JoinRequest.cohort), joinedload(JoinRequest.asked_by))
    )


def membership_of(person: Person, member_id: int) -> Select[Member]:
    """One of somebody's own current memberships, with its cohort."""
    return (
        select(Member)
        .where(Member.id == member_id, Member.person_id == person.id, Member.is_current)
        .options(joinedload(Member.cohort))
    )


def own_membership(person: Person, cohort_id: int) -> Select[Member]:
    """Somebody's own membership, with who added them."""
    return membership(cohort_id, person.id).options(joinedload(Member.added_by))


def links_of(teacher_ids: Iterable[int]) -> Rows:
    """Who coaches these people now."""
    return (
        select(Coaching.id, Coaching.teacher_id, Coaching.coach_id, Coaching.since, Person.name)
        .join(Person, Coaching.coach_id == Person.id)
        .where(Coaching.teacher_id.in_(list(teacher_ids)), Coaching.is_current)
        .order_by(Coaching.since, Coaching.id)
    )


def links_in_cohort(cohort_id: int) -> Rows:
    """Who coaches the members of a cohort now."""
    members = select(Member.person_id).where(Member.cohort_id == cohort_id, Member.is_current)
    return (
        select(Coaching.id, Coaching.teacher_id, Coaching.coach_id, Person.name)
        .join(Person, Coaching.coach_id == Person.id)
        .where(Coaching.teacher_id.in_(members), Coaching.is_current)
        .order_by(Person.sort_key, Coaching.id)
    )


def person_in_district(person: Person, person_id: int) -> Select[Person]:
    """Somebody of the district a person belongs to, active or not."""
    return policy.people_in_district_of(person).where(Person.id == person_id)


def link(teacher_id: int, coaching_id: int) -> Select[Coaching]:
    """A link between a coach and this teacher."""
    return select(Coaching).where(Coaching.id == coaching_id, Coaching.teacher_id == teacher_id)


def _is_coach() -> ColumnElement[bool]:
    return (
        select(Role.id)
        .where(and_(Role.person_id == Person.id, Role.name == RoleName.COACH))
        .correlate(Person)
        .exists()
    )
