"""The definitions that somebody wrote for their school or district."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pdportal.accounts.own_data import OwnPart
from pdportal.help.models import OwnDefinition

PART = OwnPart(
    "words",
    _l("Words"),
    lambda person: {
        "definitions": select(OwnDefinition.term, OwnDefinition.text, OwnDefinition.created_at)
        .where(OwnDefinition.by_id == person.id)
        .order_by(OwnDefinition.id)
    },
    stays=_l("What you wrote for your school about its words stays there, without your name."),
)
