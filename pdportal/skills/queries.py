"""What pages about skills read, and what other features ask of skills and placements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from pdportal.accounts.models import Person, School
from pdportal.cohorts.models import Coaching
from pdportal.db import db
from pdportal.folding import fold, words_of
from pdportal.skills import policy
from pdportal.skills.frameworks.models import Framework, Skill, SkillName
from pdportal.skills.models import Offer, Placement, Provider, SkillRequest, Source

MOST_TO_CHOOSE = 500


class Standing(NamedTuple):
    """Where somebody stands on a skill now, by their last line that holds."""

    skill_id: int
    name: str
    position: int
    last: int
    """The position of the highest level."""
    said: str
    source: Source
    at: datetime


def skills_named(person: Person, names: Iterable[str]) -> dict[str, Skill]:
    """The skills that these names mean, by name: a code, a short name, or another name of theirs.

    Where several have the name, our own framework comes first, then the oldest. What no framework
    has is not in the answer.
    """
    wanted = {name: fold(name).strip() for name in names}
    rows = db.session.execute(
        policy.skills_seen_by(person)
        .join(SkillName, SkillName.skill_id == Skill.id)
        .where(SkillName.name.in_(set(wanted.values())), Skill.gone_at.is_(None))
        .order_by(Framework.origin, Skill.id.desc())  # what comes last has the name
        .with_only_columns(SkillName.name, Skill)
    )
    found: dict[str, Skill] = {row.name: row.Skill for row in rows}
    return {name: found[folded] for name, folded in wanted.items() if folded in found}


def standings(person: Person) -> list[tuple[Standing, list[Standing]]]:
    """Where somebody stands on each skill they were placed on, the last one first.

    With what other voices said last, where that differs.
    """
    by_skill: dict[int, list[Standing]] = {}
    for row in db.session.execute(standing_rows(person, Placement.source)):
        by_skill.setdefault(row[0], []).append(Standing(*row))
    return [
        (now, [other for other in others if other.said != now.said])
        for now, *others in by_skill.values()
    ]


def standing_rows(person: Person, *each: Any) -> Select[*tuple[Any, ...]]:
    """The last line that holds on each skill, and `each` more, with the columns of `Standing`."""
    lines = (
        policy.placements_standing(person)
        .with_only_columns(
            Placement.id,
            func.row_number()
            .over(
                partition_by=(Placement.skill_id, *each),
                order_by=(Placement.at.desc(), Placement.id.desc()),
            )
            .label("rank"),
        )
        .subquery()
    )
    return (
        select(
            Skill.id,
            Skill.name,
            Placement.position,
            Placement.last,
            Placement.said,
            Placement.source,
            Placement.at,
        )
        .join(Placement, Placement.skill_id == Skill.id)
        .join(lines, lines.c.id == Placement.id)
        .where(lines.c.rank == 1)
        .order_by(Placement.at.desc(), Placement.id.desc())
    )


def skill_page(person: Person, skill_id: int) -> Select[Skill]:
    """One skill, with its framework and what it stands below."""
    return (
        policy.skills_seen_by(person)
        .where(Skill.id == skill_id)
        .options(joinedload(Skill.framework), joinedload(Skill.parent))
    )


def history(person: Person, skill: Skill) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every line about somebody on a skill, the oldest first: `Placement`, who `by`, `corrected`.

    Those that only take another back are left out; that one is `corrected`.
    """
    later = aliased(Placement)
    return db.session.execute(
        policy.placements_seen_by(person)
        .outerjoin(Person, Person.id == Placement.said_by_id)
        .outerjoin(later, later.corrects_id == Placement.id)
        .where(Placement.skill_id == skill.id, Placement.position.is_not(None))
        .with_only_columns(
            Placement, Person.name.label("by"), later.id.is_not(None).label("corrected")
        )
        .order_by(Placement.at, Placement.id)
    ).all()


def line(person: Person, placement_id: int) -> Select[Placement]:
    """One line about somebody, with its skill."""
    return (
        policy.placements_seen_by(person)
        .where(Placement.id == placement_id)
        .options(joinedload(Placement.skill))
    )


def requests_of(person: Person, skill: Skill) -> Select[SkillRequest]:
    """What somebody asked their coaches about a skill, and has no answer to."""
    return select(SkillRequest).where(
        SkillRequest.person_id == person.id, SkillRequest.skill_id == skill.id, SkillRequest.is_open
    )


def coaches_asked(person: Person, skill: Skill) -> Sequence[Row[*tuple[Any, ...]]]:
    """Somebody's coaches, each with the open request about a skill: id, name, request_id, words."""
    asked = requests_of(person, skill).subquery()
    return db.session.execute(
        select(Person.id, Person.name, asked.c.id.label("request_id"), asked.c.words)
        .join(Coaching, Coaching.coach_id == Person.id)
        .outerjoin(asked, asked.c.coach_id == Person.id)
        .where(Coaching.teacher_id == person.id, Coaching.is_current, Person.active)
        .order_by(Person.sort_key, Person.id)
    ).all()


def request_to_answer(coach: Person, request_id: int) -> Select[SkillRequest]:
    """One question of a teacher, with who asks about what."""
    return (
        policy.requests_to_answer(coach)
        .where(SkillRequest.id == request_id)
        .options(joinedload(SkillRequest.person), joinedload(SkillRequest.skill))
    )


def requests_waiting(coach: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """The questions of teachers, the oldest first: id, asked_at, person, skill."""
    return db.session.execute(
        policy.requests_to_answer(coach)
        .join(Person, Person.id == SkillRequest.person_id)
        .join(Skill, Skill.id == SkillRequest.skill_id)
        .with_only_columns(
            SkillRequest.id,
            SkillRequest.asked_at,
            Person.name.label("person"),
            Skill.name.label("skill"),
        )
        .order_by(SkillRequest.asked_at, SkillRequest.id)
        .limit(100)
    ).all()


def own_offer(person: Person, skill: Skill) -> Select[Offer]:
    """Somebody's own offer to show a skill."""
    return policy.offers_seen_by(person).where(
        Offer.person_id == person.id, Offer.skill_id == skill.id
    )


def offers(person: Person, skill: Skill) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who offers to show a skill, as somebody sees it: person_id, name, teaches, school, words."""
    return db.session.execute(
        policy.offers_seen_by(person)
        .outerjoin(School, School.id == Person.school_id)
        .where(Offer.skill_id == skill.id)
        .with_only_columns(
            Offer.person_id,
            Person.name,
            Person.teaches,
            School.name.label("school"),
            Offer.words,
            Offer.to_district,
        )
        .order_by(Offer.person_id != person.id, Person.sort_key, Person.id)
        .limit(50)
    ).all()


def offers_of_others(person: Person, names: Iterable[str]) -> list[tuple[str, Offer]]:
    """What colleagues offer to show of the skills these names mean; each with the name."""
    wanted = {fold(name).strip(): name for name in names}
    rows = db.session.execute(
        policy.offers_seen_by(person)
        .join(Skill, Skill.id == Offer.skill_id)
        .join(SkillName, SkillName.skill_id == Skill.id)
        .where(SkillName.name.in_(wanted), Skill.gone_at.is_(None), Offer.person_id != person.id)
        .options(contains_eager(Offer.person))
        .with_only_columns(SkillName.name, Offer, maintain_column_froms=True)
        .order_by(Person.sort_key, Offer.id)
        .limit(50)
    )
    return [(wanted[name], offer) for name, offer in rows]


def own_offers(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """What somebody offers to show: skill_id, name, words, to_district."""
    return db.session.execute(
        policy.offers_seen_by(person)
        .join(Skill, Skill.id == Offer.skill_id)
        .where(Offer.person_id == person.id)
        .with_only_columns(Offer.skill_id, Skill.name, Offer.words, Offer.to_district)
        .order_by(Offer.id)
    ).all()


def providers(lead: Person) -> Sequence[Provider]:
    """Who gives courses elsewhere to the people of a district, as their lists were read before."""
    return db.session.scalars(
        select(Provider).where(Provider.district_id == lead.district_id).order_by(Provider.name)
    ).all()


class SkillChoices(NamedTuple):
    """The skills that a form offers: id, name, framework."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    is_part: bool
    """Whether there are more than a list can show: others are found by words."""
    asked: str = ""
    """The words they were looked for by."""


def skills_to_choose(
    person: Person, chosen: Sequence[int] = (), asked: str = ""
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The skills that take a placement, by framework: id, name, framework; of small frameworks all.

    Longer lists than a select can show end with the first of them; with `asked`, those whose code,
    name or statement has all of these words. What is `chosen` already comes first, also where its
    framework has it no more.
    """
    is_chosen = Skill.id.in_(chosen)
    fits = and_(
        Skill.gone_at.is_(None),
        Skill.children == 0,
        *(Skill.found_by.contains(word, autoescape=True) for word in words_of(asked)),
    )
    return db.session.execute(
        policy.skills_seen_by(person)
        .where(or_(is_chosen, fits))
        .with_only_columns(Skill.id, Skill.name, Framework.title.label("framework"))
        .order_by(is_chosen.desc(), Framework.origin.desc(), Framework.id, Skill.id)
        .limit(MOST_TO_CHOOSE)
    ).all()


def skill_choices(person: Person, chosen: Sequence[int], asked: str) -> SkillChoices:
    """The same for a form in which one can look for skills by words."""
    asked = asked.strip()
    rows = skills_to_choose(person, chosen, asked)
    return SkillChoices(rows, bool(asked) or len(rows) == MOST_TO_CHOOSE, asked)
