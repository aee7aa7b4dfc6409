"""A visit elsewhere is its owner's: nobody else reads it."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.coaching.elsewhere.models import VisitElsewhere


def elsewhere_seen_by(person: Person) -> Select[VisitElsewhere]:
    """One's own."""
    return select(VisitElsewhere).where(VisitElsewhere.owner_id == person.id)
