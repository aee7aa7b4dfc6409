"""Who may read a learner profile: its owner, and those whom the owner lets read some parts of it.

A share with a cohort is for those who are in it now, as long as it is open. Nobody else reads
anything: not leads, not admins, and a coach only if they are named.
"""

from __future__ import annotations

from sqlalchemy import Select, false, or_, select

from pdportal.accounts.models import Person
from pdportal.accounts.policy import places_led_by
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import cohort_ids_of
from pdportal.skills.profiles.models import ProfilePart, ProfileShare


def own_parts(person: Person) -> Select[ProfilePart]:
    """The parts of one's own profile."""
    return select(ProfilePart).where(ProfilePart.person_id == person.id)


def own_shares(person: Person) -> Select[ProfileShare]:
    """With whom one shares parts of it now."""
    return select(ProfileShare).where(ProfileShare.owner_id == person.id, ProfileShare.is_open)


def shares_read_by(person: Person) -> Select[ProfileShare]:
    """What active people of one's district share with one, by name or through a cohort.

    Whoever leads can put themselves into a cohort: to them it is shared by name only.
    """
    through = select(Cohort.id).where(Cohort.id.in_(cohort_ids_of(person)), Cohort.is_open)
    if places_led_by(person):
        through = through.where(false())
    return (
        select(ProfileShare)
        .join(Person, Person.id == ProfileShare.owner_id)
        .where(
            ProfileShare.is_open,
            ProfileShare.owner_id != person.id,
            Person.active,
            Person.district_id == person.district_id,
            or_(ProfileShare.person_id == person.id, ProfileShare.cohort_id.in_(through)),
        )
    )


def may_share_with(owner: Person, other: Person) -> bool:
    """With an active colleague or coach of one's own district."""
    return other.active and other.district_id == owner.district_id and other.id != owner.id
