"""Who may see and change what about people and their roles.

A role holds where it is held: in one school, or in the whole district. A person, an invitation, a
cohort belongs to a school, or to the district itself; a school's lead leads what belongs to it.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pdportal.accounts.models import LEADING, Invitation, Person, Role, RoleName
from pdportal.db import db

Condition = ColumnElement[bool]
DistrictColumn = InstrumentedAttribute[int]
SchoolColumn = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]

GRANTED_BY_LEADS = (RoleName.TEACHER, RoleName.COACH)


class Belongs(Protocol):
    """Whatever belongs to a school of a district, or to the district itself."""

    @property
    def district_id(self) -> int: ...

    @property
    def school_id(self) -> int | None: ...


def leads_where(person: Person, thing: Belongs) -> bool:
    """Leads and admins lead where they hold the role: a school of theirs, or the whole district."""
    return person.district_id == thing.district_id and person.holds_at(thing.school_id, *LEADING)


def is_led_by(person: Person, district_id: DistrictColumn, school_id: SchoolColumn) -> Condition:
    """The rule of `leads_where`, as a condition on what has these columns."""
    return is_led_from(places_led_by(person), person.district_id, district_id, school_id)


def is_led_from(
    places: frozenset[int | None],
    lead_district_id: int | ColumnElement[int],
    district_id: DistrictColumn,
    school_id: SchoolColumn,
) -> Condition:
    """The same for whoever leads these `places` of a district, for a statement that is kept."""
    if None in places:
        return district_id == lead_district_id
    if not places:
        return false()
    led = or_(*(school_id == place for place in places))
    return and_(district_id == lead_district_id, led)


def places_led_by(person: Person) -> frozenset[int | None]:
    """The ids of the schools that somebody leads; with None among them, the whole district."""
    return frozenset(place for name, place in person.roles_held if name in LEADING)


def leads_district(person: Person) -> bool:
    """Whether somebody leads the whole district, not only schools of it."""
    return person.holds_at(None, *LEADING)


def people_seen_by(person: Person) -> Select[Person]:
    """Leads and admins see the people of where they lead, and nothing of anybody's work.

    Whoever left for good is nobody's to see: there is no name left, nothing to give or switch on.
    """
    led = is_led_by(person, Person.district_id, Person.school_id)
    return select(Person).where(led, Person.has_left.is_(False))


def invitations_seen_by(person: Person) -> Select[Invitation]:
    """Leads and admins see the invitations to where they lead."""
    return select(Invitation).where(is_led_by(person, Invitation.district_id, Invitation.school_id))


def may_see(person: Person, other: Person) -> bool:
    """The same rule as `people_seen_by`, for somebody already in hand."""
    return leads_where(person, other) and not other.has_left


def may_invite(person: Person) -> bool:
    """Leads and admins invite, each to where they lead."""
    return person.leads


def may_send(person: Person, invitation: Invitation) -> bool:
    """Whoever could invite somebody like this sends the link again, or withdraws it."""
    return leads_where(person, invitation) and invitation.role in roles_given_by(
        person, invitation.school_id
    )


def roles_given_by(person: Person, school_id: int | None) -> tuple[RoleName, ...]:
    """Where they lead, admins give and take any role, leads those of teachers and coaches."""
    if person.holds_at(school_id, RoleName.ADMIN):
        return tuple(RoleName)
    return GRANTED_BY_LEADS if person.holds_at(school_id, RoleName.LEAD) else ()


def roles_offered_to(person: Person) -> tuple[RoleName, ...]:
    """The roles that a person may give in one place or another."""
    if person.holds(RoleName.ADMIN):
        return tuple(RoleName)
    return GRANTED_BY_LEADS if person.holds(RoleName.LEAD) else ()


def may_give(person: Person, other: Person, role: RoleName, school_id: int | None) -> bool:
    """Whether a person may give somebody this role there, or take it back."""
    return may_see(person, other) and role in roles_given_by(person, school_id)


def may_switch_off(person: Person, other: Person) -> bool:
    """Nobody switches off their own account, nor one with a role that they could not take back."""
    if not may_see(person, other) or person.id == other.id:
        return False
    return all(role in roles_given_by(person, place) for role, place in other.roles_held)


def may_help_in(person: Person, other: Person) -> bool:
    """Admins may turn off the two-step sign-in of somebody who lost the phone.

    Never their own, and of nobody whose account they could not switch off.
    """
    return may_switch_off(person, other) and person.holds_at(other.school_id, RoleName.ADMIN)


def is_last_admin(person: Person) -> bool:
    """Whether the district would be left without an admin of all of it who can sign in."""
    return is_district_admin(person) and not db.session.scalar(
        select(other_admins(person).exists())
    )


def is_district_admin(person: Person) -> bool:
    """Whether somebody is an admin of the whole district, as the database has it now."""
    return any(role.name is RoleName.ADMIN and role.school_id is None for role in person.held)


def other_admins(person: Person) -> Select[int]:
    """The ids of the others who are admins of the whole district and can sign in."""
    return (
        select(Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.district_id == person.district_id,
            Person.id != person.id,
            Person.active,
            Role.name == RoleName.ADMIN,
            Role.school_id.is_(None),
        )
    )
