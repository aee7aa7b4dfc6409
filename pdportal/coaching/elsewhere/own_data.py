"""Somebody's visits elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out, columns_of
from pdportal.coaching.elsewhere.models import VisitElsewhere
from pdportal.coaching.elsewhere.policy import elsewhere_seen_by


def collect(person: Person) -> Iterator[Piece]:
    """All of each."""
    columns = columns_of(VisitElsewhere, "owner_id", "form_key", "version")
    yield Piece(
        "visits_elsewhere.json", as_data(elsewhere_seen_by(person).with_only_columns(*columns))
    )


def forget(person: Person) -> None:
    """Delete them."""
    carry_out(delete(VisitElsewhere).where(VisitElsewhere.owner_id == person.id))


PART = OwnPart(
    "visits_elsewhere", _l("Visits elsewhere"), collect, forget, goes=_l("Your visits elsewhere.")
)
