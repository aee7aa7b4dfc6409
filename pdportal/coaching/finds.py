"""What a search finds of people, for a coach: their teachers."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from pdportal.accounts.models import Person, RoleName
from pdportal.coaching.queries import my_teachers
from pdportal.search.sources import Hit, fit


def find_teachers(person: Person, asked: str) -> Iterable[Hit]:
    """The teachers that somebody coaches, by name and by what they teach."""
    if not person.holds(RoleName.COACH):
        return []
    return [
        Hit(row.name, url_for("coaching.teacher", person_id=row.id), row.teaches or "", fit=fits)
        for row in my_teachers(person)
        if (fits := fit(asked, row.name, row.teaches or ""))
    ]
