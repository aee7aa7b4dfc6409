"""What a search finds of people: for those who lead, whoever they lead."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from pdportal.accounts.models import Person
from pdportal.accounts.queries import people_page
from pdportal.search.sources import Fit, Hit


def find_people(person: Person, asked: str) -> Iterable[Hit]:
    """The people that somebody leads, by name and address."""
    if not person.leads:
        return []
    rows, _count = people_page(person, words=asked)
    return [
        Hit(
            row.name,
            url_for("accounts.person", person_id=row.id),
            row.school or row.email,
            fit=Fit.BEGINS_WORD,
        )
        for row in rows
    ]
