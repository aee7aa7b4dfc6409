"""What allocation and pages read of the rules of a cohort."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person, School
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import db
from pdportal.feedback.pairing.models import Mix, Pairing, PairKind, PairRule
from pdportal.feedback.pairing.rules import Party, Rules

Line = Row[*tuple[Any, ...]]
"""A row, whose columns are read by name."""


def rules_for(cohort_id: int | None, author_id: int) -> tuple[Rules, Party]:
    """The rules of leads for asking about somebody's work, and the author."""
    row = db.session.execute(
        select(Pairing, Person.school_id, Member.group_name)
        .select_from(Person)
        .outerjoin(Pairing, Pairing.cohort_id == cohort_id)
        .outerjoin(Member, _is_in(cohort_id))
        .where(Person.id == author_id)
    ).one()
    pairs = select(PairRule.kind, PairRule.person_id, PairRule.other_id).where(
        PairRule.cohort_id == cohort_id,
        or_(PairRule.person_id == author_id, PairRule.other_id == author_id),
    )
    party = Party(author_id, row.school_id, row.group_name or "")
    return _rules(row.Pairing, db.session.execute(pairs)), party


def rules_of(cohort_id: int) -> Rules:
    """What the leads of a cohort chose."""
    pairs = select(PairRule.kind, PairRule.person_id, PairRule.other_id)
    rows = db.session.execute(pairs.where(PairRule.cohort_id == cohort_id))
    return _rules(db.session.get(Pairing, cohort_id), rows)


def apart_from(person_id: int) -> Select[int]:
    """Whom leads of open cohorts keep apart from somebody, by name, too."""
    is_open = PairRule.cohort_id.in_(select(Cohort.id).where(Cohort.is_open))
    which = PairRule.kind == PairKind.APART, is_open
    others = select(PairRule.other_id).where(PairRule.person_id == person_id, *which)
    persons = select(PairRule.person_id).where(PairRule.other_id == person_id, *which)
    return select(others.union_all(persons).subquery().c[0])


def wished_away_by(person_id: int) -> Select[int]:
    """With whom somebody would rather not be paired."""
    return select(PairRule.other_id).where(
        PairRule.cohort_id.is_(None), PairRule.person_id == person_id
    )


def wishing_away(person_id: int) -> Select[int]:
    """Who would rather not be paired with somebody."""
    return select(PairRule.person_id).where(
        PairRule.cohort_id.is_(None), PairRule.other_id == person_id
    )


def parties(cohort_id: int) -> Sequence[Line]:
    """The members of a cohort who can be asked: id, school, group, name and name of the school."""
    return db.session.execute(
        select(
            Person.id,
            Person.school_id,
            Member.group_name,
            Person.name,
            School.name.label("school"),
        )
        .join(Member, _is_in(cohort_id))
        .outerjoin(School, School.id == Person.school_id)
        .where(Person.active)
        .order_by(Person.sort_key, Person.id)
    ).all()


def pairs_of(cohort_id: int) -> Sequence[Line]:
    """The pairs that leads set for a cohort, with both names and the reason."""
    return _pairs(PairRule.cohort_id == cohort_id)


def wishes_of(person: Person) -> Sequence[Line]:
    """With whom somebody would rather not be paired."""
    return _pairs(and_(PairRule.cohort_id.is_(None), PairRule.person_id == person.id))


def _pairs(which: ColumnElement[bool]) -> Sequence[Line]:
    one, two = aliased(Person), aliased(Person)
    return db.session.execute(
        select(
            PairRule.id,
            PairRule.kind,
            PairRule.reason,
            one.name.label("person"),
            two.name.label("other"),
        )
        .join(one, one.id == PairRule.person_id)
        .join(two, two.id == PairRule.other_id)
        .where(which)
        .order_by(PairRule.kind, one.sort_key, two.sort_key, PairRule.id)
    ).all()


def _is_in(cohort_id: int | None) -> ColumnElement[bool]:
    return and_(Member.person_id == Person.id, Member.cohort_id == cohort_id, Member.is_current)


def _rules(pairing: Pairing | None, pairs: Iterable[Row[PairKind, int, int]]) -> Rules:
    rows = list(pairs)
    settings = current_app.config["PDPORTAL"]
    return Rules(
        pairing.asked if pairing else settings["REVIEWS_ASKED"],
        pairing.needed if pairing else settings["REVIEWS_NEEDED"],
        pairing.most if pairing else settings["REVIEWS_OPEN"],
        pairing.schools if pairing else Mix.ANY,
        pairing.groups if pairing else Mix.ANY,
        apart={frozenset(pair) for kind, *pair in rows if kind is PairKind.APART},
        must={(author, other) for kind, author, other in rows if kind is PairKind.MUST},
        version=pairing.version if pairing else 0,
    )
