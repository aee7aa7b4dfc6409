"""Somebody's visits elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows, columns_of
from pdportal.coaching.elsewhere.models import VisitElsewhere
from pdportal.coaching.elsewhere.policy import elsewhere_seen_by


def _rows(person: Person) -> Mapping[str, Rows]:
    columns = columns_of(VisitElsewhere, "owner_id", "form_key", "version")
    return {"visits_elsewhere": elsewhere_seen_by(person).with_only_columns(*columns)}


PART = OwnPart(
    "visits_elsewhere",
    _l("Visits elsewhere"),
    _rows,
    gone=lambda person: [delete(VisitElsewhere).where(VisitElsewhere.owner_id == person.id)],
    goes=_l("Your visits elsewhere."),
)
