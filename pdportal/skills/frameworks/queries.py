"""What pages about frameworks read: a level of a tree at a time, however large it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.folding import words_of
from pdportal.skills import policy
from pdportal.skills.frameworks.models import CHILD_OF, Framework, Skill, SkillLink

Rows = Sequence[Row[*tuple[Any, ...]]]

MOST_AT_ONCE = 300
"""More items than that are not shown on one page."""

ALL_AT_ONCE = 60
"""A framework of so few items is shown whole."""


def frameworks(person: Person) -> Rows:
    """The frameworks somebody can look through, ours first, each with how many skills it has."""
    skills = (
        select(func.count())
        .where(Skill.framework_id == Framework.id, Skill.gone_at.is_(None), Skill.children == 0)
        .scalar_subquery()
    )
    return db.session.execute(
        policy.frameworks_seen_by(person)
        .with_only_columns(
            Framework.id,
            Framework.title,
            Framework.summary,
            Framework.creator,
            skills.label("skills"),
        )
        .order_by(Framework.origin.desc(), Framework.title, Framework.id)
    ).all()


def framework_page(person: Person, framework_id: int) -> Select[Framework]:
    """One framework."""
    return policy.frameworks_seen_by(person).where(Framework.id == framework_id)


def whole(framework: Framework) -> Rows | None:
    """All items of a small framework, in order; None of a larger one."""
    rows = db.session.execute(
        _items()
        .where(Skill.framework_id == framework.id, Skill.gone_at.is_(None))
        .order_by(Skill.place, Skill.id)
        .limit(ALL_AT_ONCE + 1)
    ).all()
    return rows if len(rows) <= ALL_AT_ONCE else None


def below(framework: Framework, parent_id: int | None) -> Rows:
    """The items right below one, or at the top: also those that stand elsewhere first."""
    first = select(Skill.id.label("id"), Skill.place.label("place")).where(
        Skill.framework_id == framework.id,
        Skill.gone_at.is_(None),
        Skill.parent_id.is_(None) if parent_id is None else Skill.parent_id == parent_id,
    )
    second = select(SkillLink.skill_id.label("id"), SkillLink.place.label("place")).where(
        SkillLink.kind == CHILD_OF, SkillLink.to_id == parent_id
    )
    places = (union_all(first, second) if parent_id is not None else first).subquery()
    return db.session.execute(
        _items()
        .join(places, places.c.id == Skill.id)
        .where(Skill.gone_at.is_(None))
        .order_by(places.c.place, Skill.id)
        .limit(MOST_AT_ONCE)
    ).all()


def way_to(skill: Skill) -> Rows:
    """What an item stands below, from the top: id and name."""
    above = (
        select(Skill.id, Skill.name, Skill.parent_id, literal(0).label("up"))
        .where(Skill.id == skill.parent_id)
        .cte(recursive=True)
    )
    parent = aliased(Skill)
    above = above.union_all(
        select(parent.id, parent.name, parent.parent_id, above.c.up + 1)
        .join(above, parent.id == above.c.parent_id)
        .where(above.c.up < 100)
    )
    return db.session.execute(select(above.c.id, above.c.name).order_by(above.c.up.desc())).all()


def relations(skill: Skill) -> Rows:
    """How an item relates to others: kind, other_id, title, url; `own` where it says so itself."""
    other = aliased(Skill)
    own = SkillLink.skill_id == skill.id
    return db.session.execute(
        select(
            SkillLink.kind,
            other.id.label("other_id"),
            func.coalesce(other.name, SkillLink.to_title, SkillLink.to_identifier).label("title"),
            SkillLink.to_url.label("url"),
            own.label("own"),
        )
        .outerjoin(other, other.id == case((own, SkillLink.to_id), else_=SkillLink.skill_id))
        .where(or_(own, SkillLink.to_id == skill.id))
        .where(or_(own, SkillLink.kind != CHILD_OF))
        .order_by(SkillLink.kind, SkillLink.place, SkillLink.id)
        .limit(50)
    ).all()


def found(person: Person, asked: str, limit: int) -> Rows:
    """The skills whose code, name or statement has all of these words: those named so first."""
    words = words_of(asked)
    if not words:
        return []
    named = case((func.lower(Skill.name).contains(words[0], autoescape=True), 0), else_=1)
    statement = (
        policy.skills_seen_by(person)
        .where(Skill.gone_at.is_(None))
        .with_only_columns(
            Skill.id, Skill.name, Skill.code, Skill.statement, Framework.title.label("framework")
        )
        .order_by(named, Framework.origin.desc(), Skill.id)
        .limit(limit)
    )
    for word in words:
        statement = statement.where(Skill.found_by.contains(word, autoescape=True))
    return db.session.execute(statement).all()


def _items() -> Select[*tuple[Any, ...]]:
    return select(
        Skill.id,
        Skill.parent_id,
        Skill.name,
        Skill.code,
        Skill.identifier,
        Skill.statement,
        Skill.children,
        Skill.levels,
    )
