"""What pages and suggestions read of learner profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Coaching, Cohort
from pdportal.cohorts.policy import cohort_ids_of, people_known_to
from pdportal.db import db
from pdportal.skills.profiles import policy
from pdportal.skills.profiles.models import Part, ProfilePart, ProfileShare


def own_parts(person: Person) -> dict[Part, ProfilePart]:
    """What somebody has written of their profile."""
    return {part.part: part for part in db.session.scalars(policy.own_parts(person))}


def own_shares(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """With whom one shares it: id, person, cohort, parts."""
    return db.session.execute(
        policy.own_shares(person)
        .outerjoin(Person, Person.id == ProfileShare.person_id)
        .outerjoin(Cohort, Cohort.id == ProfileShare.cohort_id)
        .with_only_columns(
            ProfileShare.id,
            Person.name.label("person"),
            Cohort.name.label("cohort"),
            ProfileShare.parts,
        )
        .order_by(ProfileShare.id)
    ).all()


def own_share(person: Person, share_id: int) -> Select[ProfileShare]:
    """One of these."""
    return policy.own_shares(person).where(ProfileShare.id == share_id)


def shared_with(reader: Person, owner_id: int | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whose profile somebody may read, and which parts: person_id, name, parts. Or one owner's."""
    shares = policy.shares_read_by(reader)
    if owner_id is not None:
        shares = shares.where(ProfileShare.owner_id == owner_id)
    return db.session.execute(
        shares.with_only_columns(Person.id.label("person_id"), Person.name, ProfileShare.parts)
        .order_by(Person.sort_key, Person.id)
        .limit(200)
    ).all()


def parts_shared(owner_id: int, parts: set[str]) -> dict[Part, ProfilePart]:
    """These parts of somebody's profile; whoever asks has asked whether they may be read."""
    rows = db.session.scalars(
        select(ProfilePart).where(
            ProfilePart.person_id == owner_id, ProfilePart.part.in_([Part(part) for part in parts])
        )
    )
    return {part.part: part for part in rows}


def readers(person: Person, words: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """People to share with: id, name, is_coach. One's coaches, and whom the words name."""
    coaches = select(Coaching.coach_id).where(Coaching.teacher_id == person.id, Coaching.is_current)
    is_coach = Person.id.in_(coaches)
    named = Person.name.icontains(words, autoescape=True) if words else is_coach
    return db.session.execute(
        people_known_to(person)
        .where(Person.id != person.id, or_(is_coach, named))
        .with_only_columns(Person.id, Person.name, Person.teaches, is_coach.label("is_coach"))
        .order_by(is_coach.desc(), Person.sort_key, Person.id)
        .limit(20)
    ).all()


def reader(person: Person, person_id: int) -> Select[Person]:
    """Somebody of one's district."""
    return people_known_to(person).where(Person.id == person_id)


def own_cohorts(person: Person) -> Select[Cohort]:
    """The cohorts one is in now."""
    return (
        select(Cohort)
        .where(Cohort.id.in_(cohort_ids_of(person)), Cohort.is_open)
        .order_by(Cohort.sort_key, Cohort.id)
    )
