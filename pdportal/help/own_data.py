"""The definitions that somebody wrote for their school or district."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.help.models import OwnDefinition


def collect(person: Person) -> Iterator[Piece]:
    """Every wording with its date."""
    rows = (
        select(OwnDefinition.term, OwnDefinition.text, OwnDefinition.created_at)
        .where(OwnDefinition.by_id == person.id)
        .order_by(OwnDefinition.id)
    )
    yield Piece("definitions.json", as_data(rows))


def forget(_person: Person) -> None:
    """They are the school's words, and stay without a name."""


PART = OwnPart(
    "words",
    _l("Words"),
    collect,
    forget,
    stays=_l("What you wrote for your school about its words stays there, without your name."),
)
