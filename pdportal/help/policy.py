"""Who says what a word means, and who reads it: help itself is for everybody."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from pdportal.accounts.models import LEADING, Person
from pdportal.accounts.policy import is_led_by
from pdportal.help.models import OwnDefinition


def definitions_seen_by(person: Person) -> Select[OwnDefinition]:
    """The people of a place read what it means by a word, and so do those who lead it."""
    definition = OwnDefinition
    return select(definition).where(
        definition.district_id == person.district_id,
        or_(
            definition.school_id.is_(None),
            definition.school_id == person.school_id,
            is_led_by(person, definition.district_id, definition.school_id),
        ),
    )


def may_define(person: Person, school_id: int | None) -> bool:
    """Those who lead a school or, with None, the whole district say what it means by a word."""
    return person.holds_at(school_id, *LEADING)
