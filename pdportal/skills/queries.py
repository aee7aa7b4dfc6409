"""What pages about skills read, and what other features ask of skills and placements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.folding import fold
from pdportal.skills import policy
from pdportal.skills.frameworks.models import Framework, Skill, SkillName
from pdportal.skills.models import Placement, Source


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


def standings(person: Person) -> list[Standing]:
    """Where somebody stands on each skill they were placed on, the last one first."""
    lines = (
        policy.placements_standing(person)
        .with_only_columns(
            Placement.id,
            func.row_number()
            .over(
                partition_by=Placement.skill_id, order_by=(Placement.at.desc(), Placement.id.desc())
            )
            .label("rank"),
        )
        .subquery()
    )
    rows = db.session.execute(
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
    return [Standing(*row) for row in rows]  # type: ignore[arg-type]  # it has a position


def history(person: Person, skill: Skill) -> Select[Placement]:
    """Every line about somebody on a skill, the oldest first."""
    return (
        policy.placements_seen_by(person)
        .where(Placement.skill_id == skill.id)
        .order_by(Placement.at, Placement.id)
    )
