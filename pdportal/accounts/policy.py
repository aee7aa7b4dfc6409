"""Who may see and change what about people and their roles."""

from __future__ import annotations

from sqlalchemy import Select, false, func, select

from pdportal.accounts.models import Invitation, Person, Role, RoleName
from pdportal.db import db

GRANTED_BY_LEADS = (RoleName.TEACHER, RoleName.COACH)


def people_seen_by(person: Person) -> Select[Person]:
    """Leads and admins see the people of their district, and nothing of anybody's work."""
    if not person.leads:
        return select(Person).where(false())
    return select(Person).where(Person.district_id == person.district_id)


def invitations_seen_by(person: Person) -> Select[Invitation]:
    """Leads and admins see the invitations of their district."""
    if not person.leads:
        return select(Invitation).where(false())
    return select(Invitation).where(Invitation.district_id == person.district_id)


def may_see(person: Person, other: Person) -> bool:
    """The same rule as `people_seen_by`, for somebody already in hand."""
    return person.leads and person.district_id == other.district_id


def may_invite(person: Person) -> bool:
    """Leads and admins invite."""
    return person.leads


def roles_given_by(person: Person) -> tuple[RoleName, ...]:
    """Admins give and take any role, leads those of teachers and coaches."""
    if person.holds(RoleName.ADMIN):
        return tuple(RoleName)
    return GRANTED_BY_LEADS if person.holds(RoleName.LEAD) else ()


def may_give(person: Person, other: Person, role: RoleName) -> bool:
    """Whether a person may give somebody this role, or take it back."""
    return may_see(person, other) and role in roles_given_by(person)


def may_switch_off(person: Person, other: Person) -> bool:
    """Nobody switches off their own account, and leads not those of leads and admins."""
    if not may_see(person, other) or person.id == other.id:
        return False
    return all(role in roles_given_by(person) for role in other.role_names)


def may_help_in(person: Person, other: Person) -> bool:
    """Admins may turn off the two-step sign-in of somebody who lost the phone; never their own."""
    return may_see(person, other) and person.id != other.id and person.holds(RoleName.ADMIN)


def is_last_admin(person: Person) -> bool:
    """Whether the district would be left without an admin who can sign in."""
    if not any(role.name is RoleName.ADMIN for role in person.held):
        return False
    others = (
        select(func.count(Person.id.distinct()))
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.district_id == person.district_id,
            Person.id != person.id,
            Person.active,
            Role.name == RoleName.ADMIN,
        )
    )
    return not db.session.scalar(others)
