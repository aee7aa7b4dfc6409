"""Who may answer an offer."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.swaps.models import Swap


def swaps_offered_to(person: Person) -> Select[Swap]:
    """Whoever owes the review that is asked for; nobody else finds the offer."""
    return select(Swap).join(Swap.theirs).where(Review.reviewer_id == person.id)
