"""Somebody's own data in the event log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from pdportal.accounts.own_data import OwnPart
from pdportal.activity.looks import Look
from pdportal.activity.models import Event

_LOG = select(Event.at, Event.verb, Event.object_type, Event.object_id, Event.detail)

PART = OwnPart(
    "activity",
    _l("What you did and when"),
    lambda person: {"log": _LOG.where(Event.actor_id == person.id).order_by(Event.id)},
    gone=lambda person: [delete(Look).where(Look.person_id == person.id)],
    stays=_l("The log of what happened and when, as numbers without a name: nobody can change it."),
)
