"""What pages and suggestions read of learner profiles."""

from __future__ import annotations

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.skills.profiles.models import Part, ProfilePart
from pdportal.web.typed import one_line


def for_suggestions(person: Person) -> dict[Part, ProfilePart]:
    """The parts from which somebody lets suggestions be made; only their own pages may use them."""
    parts = db.session.scalars(
        select(ProfilePart).where(ProfilePart.person_id == person.id, ProfilePart.suggests)
    )
    return {part.part: part for part in parts}


def interests(person: Person) -> list[str]:
    """What somebody is interested in, a line each; [] unless they let suggestions use it."""
    part = for_suggestions(person).get(Part.INTERESTS)
    lines = part.words.replace(",", "\n").splitlines() if part else []
    return [line for line in map(_bare, lines) if line]


def _bare(line: str) -> str:
    return one_line(line).lstrip("-*•· ").strip()
