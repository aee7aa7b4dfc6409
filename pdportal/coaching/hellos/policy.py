"""Who may begin a conversation with whom, and who reads it: the two of them."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import Person
from pdportal.coaching.hellos.models import Hello
from pdportal.cohorts.policy import coaches_of, people_known_to, teachers_of
from pdportal.skills.models import Offer
from pdportal.skills.policy import offers_seen_by


def hellos_seen_by(person: Person) -> Select[Hello]:
    """Those one sent, and those one received."""
    return select(Hello).where(or_(Hello.from_id == person.id, Hello.to_id == person.id))


def people_greeted_by(person: Person) -> Select[Person]:
    """One's teachers and coaches, and colleagues who offer to show something: nobody else asked
    for it."""
    reached = (
        teachers_of(person).with_only_columns(Person.id),
        coaches_of(person.id).order_by(None).with_only_columns(Person.id),
        offers_seen_by(person).with_only_columns(Offer.person_id),
    )
    return people_known_to(person).where(
        Person.id != person.id, or_(*(Person.id.in_(each) for each in reached))
    )
