"""What colleagues offer to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from pdportal.accounts.models import Person, School
from pdportal.db import db
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.models import Offer
from pdportal.skills.policy import offers_seen_by


def offers_to(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """The offers of others that somebody sees, by skill: nobody is listed who did not offer."""
    names = School.name.label("school"), Skill.name.label("skill")
    offer = Offer.person_id, Offer.words, Offer.skill_id
    return db.session.execute(
        offers_seen_by(person)
        .join(Skill, Skill.id == Offer.skill_id)
        .outerjoin(School, School.id == Person.school_id)
        .where(Offer.person_id != person.id, Skill.gone_at.is_(None))
        .with_only_columns(*offer, Person.name, Person.teaches, *names)
        .order_by(Skill.name, Person.sort_key, Person.id)
        .limit(500)
    ).all()
