"""What schools and districts mean by words, as their people read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.content.glossary import Term, portal_terms
from pdportal.db import db
from pdportal.help import policy
from pdportal.help.models import OwnDefinition


def term_at(address: str) -> Term | None:
    """The term with this address, or with a former one."""
    return next((t for t in portal_terms() if address in (t.slug, *t.former)), None)


def definitions_for(person: Person) -> dict[str, list[OwnDefinition]]:
    """The definitions that hold for somebody, by term, the district's first: one statement."""
    found = db.session.scalars(
        policy.definitions_seen_by(person)
        .options(joinedload(OwnDefinition.by), joinedload(OwnDefinition.school))
        .order_by(OwnDefinition.id)
    )
    latest: dict[str, dict[int | None, OwnDefinition]] = defaultdict(dict)
    for definition in found:
        term = term_at(definition.term)
        if term is not None:
            latest[term.slug][definition.school_id] = definition
    return {
        term: sorted((d for d in places.values() if d.text), key=lambda d: d.school_id or 0)
        for term, places in latest.items()
    }


def wordings(person: Person, term: Term) -> Sequence[OwnDefinition]:
    """Every wording of a term that somebody may read, the newest first."""
    return db.session.scalars(
        policy.definitions_seen_by(person)
        .where(OwnDefinition.term.in_([term.slug, *term.former]))
        .options(
            joinedload(OwnDefinition.by),
            joinedload(OwnDefinition.school),
            joinedload(OwnDefinition.district),
        )
        .order_by(OwnDefinition.id.desc())
    ).all()


def latest(person: Person, address: str, school_id: int | None) -> OwnDefinition | None:
    """The wording that holds in a place now."""
    term = term_at(address)
    found = wordings(person, term) if term else ()
    return next((each for each in found if each.school_id == school_id), None)
