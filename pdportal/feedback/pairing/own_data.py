"""What somebody arranged or wished about pairs: part of what feedback collects and forgets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, or_, select, update
from sqlalchemy.sql.dml import Delete, Update

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, as_data
from pdportal.feedback.pairing.models import PairRule


def collect(person: Person) -> Iterator[Piece]:
    """With whom they would rather not be paired, and what they set as a lead."""
    rules = (
        select(PairRule.kind, Person.name.label("with"), PairRule.reason, PairRule.at)
        .join(Person, Person.id == PairRule.other_id)
        .where(PairRule.set_by_id == person.id)
        .order_by(PairRule.id)
    )
    yield Piece("pairs.json", as_data(rules))


def forgetting(person: Person) -> list[Update | Delete]:
    """Rules about somebody go with them; of those they set for others, the reason does."""
    about = or_(PairRule.person_id == person.id, PairRule.other_id == person.id)
    return [
        delete(PairRule).where(about),
        update(PairRule).where(PairRule.set_by_id == person.id).values(reason=""),
    ]
