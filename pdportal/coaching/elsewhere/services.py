"""Visits elsewhere: planned, written about, removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.coaching.elsewhere import policy
from pdportal.coaching.elsewhere.models import PlaceKind, VisitElsewhere
from pdportal.db import db
from pdportal.feedback.works.services import fitting
from pdportal.inbox.services import address
from pdportal.web.autosave import replace_values
from pdportal.web.errors import require

TEXTS = {
    "why": 4_000,
    "look_for": 4_000,
    "notes": 20_000,
    "follow_up": 4_000,
}
"""The texts of a visit, and how long each may be."""


def plan(
    owner: Person, place: str, kind: PlaceKind, on_day: date, *, form_key: str
) -> VisitElsewhere:
    """Plan a visit; one form plans one."""
    wait_for_turn(owner)
    sent = policy.elsewhere_seen_by(owner).where(VisitElsewhere.form_key == form_key)
    visit = db.session.scalars(sent).one_or_none()
    if visit is None:
        visit = VisitElsewhere(
            owner_id=owner.id, place=place, kind=kind, on_day=on_day, form_key=form_key
        )
        db.session.add(visit)
        db.session.flush()
        record(owner, "planned", visit)
    return visit


def save(owner: Person, visit: VisitElsewhere, typed: Mapping[str, str], *, version: int) -> int:
    """Save what is typed about it; raises `ChangedElsewhere`."""
    _require_owner(owner, visit)
    new = {name: fitting(typed.get(name, ""), name, most) for name, most in TEXTS.items()}
    replace_values(visit, new, version)
    db.session.flush()
    return visit.version


def remove(owner: Person, visit: VisitElsewhere) -> None:
    """Delete it with all that was written; steps that were made of it stay."""
    _require_owner(owner, visit)
    record(owner, "removed", visit)
    db.session.delete(visit)


def page_of(visit: VisitElsewhere) -> str:
    """The page of a visit elsewhere."""
    return address("elsewhere.elsewhere_page", visit_id=visit.id)


def _require_owner(owner: Person, visit: VisitElsewhere) -> None:
    require(visit.owner_id == owner.id)
