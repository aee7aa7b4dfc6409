"""What a search finds of skills."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from pdportal.accounts.models import Person
from pdportal.search.sources import MOST_HITS, Hit, fit
from pdportal.skills.frameworks.queries import found


def find_skills(person: Person, asked: str) -> Iterable[Hit]:
    """Skills by code, name and statement: as many as are shown, and a few to choose from."""
    return [
        Hit(
            row.name,
            url_for("skills.skill_page", skill_id=row.id),
            row.framework,
            row.statement,
            fits,
        )
        for row in found(person, asked, 4 * MOST_HITS)
        if (fits := fit(asked, f"{row.code} {row.name}", row.statement))
    ]
