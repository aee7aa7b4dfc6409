"""Who may see words that were not sent: whoever wrote them."""

from __future__ import annotations

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.feedback.unsent.models import UnsentText


def unsent_seen_by(person: Person) -> Select[UnsentText]:
    """Writers see their own."""
    return select(UnsentText).where(UnsentText.person_id == person.id)
