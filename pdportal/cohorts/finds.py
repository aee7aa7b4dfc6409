"""What a search finds of people, for whoever learns with them: the members of one's cohorts."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from pdportal.accounts.models import Person
from pdportal.cohorts.queries import colleagues_named
from pdportal.db import db
from pdportal.search.sources import Fit, Hit


def find_colleagues(person: Person, asked: str) -> Iterable[Hit]:
    """Each by name and by what they teach, on the page of a cohort that lists them.

    Whoever leads finds all whom they lead instead (`search.people`).
    """
    if person.leads:
        return []
    found: dict[int, Hit] = {}
    for row in db.session.execute(colleagues_named(person, asked)):
        url = url_for("cohorts.cohort_page", cohort_id=row.cohort_id)
        sub = " · ".join(filter(None, (row.teaches, row.cohort)))
        found.setdefault(row.person_id, Hit(row.name, url, sub, fit=Fit.BEGINS_WORD))
    return found.values()
