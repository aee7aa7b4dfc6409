"""What allocation and pages read of the rules of a cohort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Row, Select, and_, case, literal, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person, School
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import db
from pdportal.feedback.pairing.models import Mix, Pairing, PairKind, PairRule
from pdportal.feedback.pairing.rules import Party, Rules

Line = Row[*tuple[Any, ...]]
"""A row, whose columns are read by name."""


PARTY = (Person.id, Person.school_id, Member.group_name)
"""The first columns of a `Party`."""


def rules_of(cohort_id: int) -> Rules:
    """What the leads of a cohort chose, and else the portal's settings."""
    rows = db.session.execute(
        select(Pairing, PairRule.kind, PairRule.person_id, PairRule.other_id)
        .select_from(Cohort)
        .outerjoin(Pairing, Pairing.cohort_id == Cohort.id)
        .outerjoin(PairRule, PairRule.cohort_id == Cohort.id)
        .where(Cohort.id == cohort_id)
    ).all()
    usual = current_app.config["PDPORTAL"]
    chosen = rows[0].Pairing or Pairing(
        asked=usual["REVIEWS_ASKED"],
        needed=usual["REVIEWS_NEEDED"],
        most=usual["REVIEWS_OPEN"],
        schools=Mix.ANY,
        groups=Mix.ANY,
        version=0,
    )
    return Rules(
        chosen.asked,
        chosen.needed,
        chosen.most,
        chosen.schools,
        chosen.groups,
        apart={frozenset(pair) for _, kind, *pair in rows if kind is PairKind.APART},
        must={(author, other) for _, kind, author, other in rows if kind is PairKind.MUST},
        version=chosen.version,
    )


def rules_for(cohort_id: int, author_id: int) -> tuple[Rules, Party]:
    """The rules for asking about somebody's work, and the author."""
    author = select(*PARTY).outerjoin(Member, _is_in(cohort_id)).where(Person.id == author_id)
    return rules_of(cohort_id), Party(*db.session.execute(author).one())


def apart_from(person_id: int) -> Select[int]:
    """Whom leads of open cohorts keep apart from somebody, by name, too."""
    is_open = PairRule.cohort_id.in_(select(Cohort.id).where(Cohort.is_open))
    return _other_than(person_id, PairRule.kind == PairKind.APART, is_open)


def wished_apart(person_id: int, *, by_them: bool = True, by_others: bool = True) -> Select[int]:
    """Who would rather not be paired with somebody, or they with them."""
    is_theirs = PairRule.person_id == person_id
    counts = case((is_theirs, literal(by_them)), else_=literal(by_others))
    return _other_than(person_id, PairRule.cohort_id.is_(None), counts)


def _other_than(person_id: int, *which: ColumnElement[bool]) -> Select[int]:
    """The other one of all rules about somebody that are such."""
    is_first = PairRule.person_id == person_id
    other = case((is_first, PairRule.other_id), else_=PairRule.person_id)
    return select(other).where(or_(is_first, PairRule.other_id == person_id), *which)


def parties(cohort_id: int) -> list[Party]:
    """The members of a cohort who can be asked, by their names."""
    statement = (
        select(*PARTY, Person.name, School.name)
        .join(Member, _is_in(cohort_id))
        .outerjoin(School, School.id == Person.school_id)
        .where(Person.active)
        .order_by(Person.sort_key, Person.id)
    )
    return [Party(*row) for row in db.session.execute(statement)]


def pairs_of(cohort_id: int) -> Sequence[Line]:
    """The pairs that leads set for a cohort, with both names and the reason."""
    return _pairs(PairRule.cohort_id == cohort_id)


def wishes_of(person: Person) -> Sequence[Line]:
    """With whom somebody would rather not be paired."""
    return _pairs(and_(PairRule.cohort_id.is_(None), PairRule.person_id == person.id))


def _pairs(which: ColumnElement[bool]) -> Sequence[Line]:
    person, other = aliased(Person), aliased(Person)
    return db.session.execute(
        select(
            PairRule.id,
            PairRule.kind,
            PairRule.reason,
            person.name.label("person"),
            other.name.label("other"),
        )
        .join(person, person.id == PairRule.person_id)
        .join(other, other.id == PairRule.other_id)
        .where(which)
        .order_by(PairRule.kind, person.sort_key, other.sort_key, PairRule.id)
    ).all()


def _is_in(cohort_id: int) -> ColumnElement[bool]:
    return and_(Member.person_id == Person.id, Member.cohort_id == cohort_id, Member.is_current)
