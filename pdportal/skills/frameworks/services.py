"""Storing a framework that was read: what is new, what says something else, what is gone.

An item is known by its identifier, whatever it says, and is never deleted: placements hang on it.
Read twice, a framework changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, insert, select, update

from pdportal import clock
from pdportal.accounts.models import District, Person
from pdportal.activity.services import record
from pdportal.content.problems import Problem
from pdportal.db import db
from pdportal.folding import fold
from pdportal.skills.frameworks.items import FrameworkRead, Item, digest_of
from pdportal.skills.frameworks.models import CHILD_OF, Framework, Skill, SkillLink, SkillName
from pdportal.skills.frameworks.reading import read_framework
from pdportal.web.errors import Refused

Row = dict[str, Any]


@dataclass(frozen=True)
class Changes:
    """What storing a framework does to its items; those that are gone by their names."""

    new: list[Item]
    changed: list[tuple[str, Item]]
    """The name as it was, and the item as it will be."""
    gone: list[str]
    same: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def stored_framework(identifier: str, district_id: int | None) -> Framework | None:
    """The framework that this identifier means in a district, or for everybody; locked."""
    mine = (
        Framework.district_id.is_(None)
        if district_id is None
        else Framework.district_id == district_id
    )
    return db.session.scalars(
        select(Framework).where(Framework.identifier == identifier, mine).with_for_update()
    ).one_or_none()


def compare(framework: Framework | None, read: FrameworkRead) -> Changes:
    """What `store` would do."""
    stored = _stored_items(framework)
    here = {item.identifier for item in read.items}
    new = [item for item in read.items if item.identifier not in stored]
    changed = []
    for item in read.items:
        _id, digest, name, is_gone = stored.get(item.identifier, (0, "", "", False))
        if item.identifier in stored and (is_gone or digest != item.digest()):
            changed.append((name, item))
    gone = [
        name
        for identifier, (*_row, name, at) in stored.items()
        if not at and identifier not in here
    ]
    return Changes(new, changed, gone, len(here) - len(new) - len(changed))


def is_stored(framework: Framework | None, read: FrameworkRead) -> bool:
    """Whether `store` would do nothing: all of it is there, word for word."""
    return framework is not None and framework.content_hash == _hash_of(read)


def _hash_of(read: FrameworkRead) -> str:
    return digest_of(read.facts(), (item.digest() for item in read.items))


def store(read: FrameworkRead, district_id: int | None, actor: Person | None = None) -> Framework:
    """Make a framework what was read. The caller commits: all of it, or nothing."""
    if district_id is not None:
        db.session.execute(select(District.id).where(District.id == district_id).with_for_update())
        if stored_framework(read.identifier, None) is not None:
            raise Refused(
                _("Everybody has this framework already; whoever runs the portal looks after it.")
            )
    framework = stored_framework(read.identifier, district_id)
    content_hash = _hash_of(read)
    if framework is not None and framework.content_hash == content_hash:
        return framework
    changes = compare(framework, read)
    if framework is None:
        framework = Framework(
            identifier=read.identifier,
            origin=read.origin,
            district_id=district_id,
            title=read.title,
            content_hash="",
        )
        db.session.add(framework)
        db.session.flush()
    for name, value in read.facts().items():
        setattr(framework, name, value)
    framework.content_hash, framework.changed_at = content_hash, clock.now()
    _store_items(framework, read, changes)
    record(actor, "imported", framework)
    return framework


def publish_frameworks(paths: Iterable[Path]) -> list[Problem]:
    """Publish files of our own: all, or with an error in one of them, none."""
    results = [read_framework(path) for path in paths]
    problems = [problem for _read, faults in results for problem in faults]
    if not any(problem.is_error for problem in problems):
        for read, _faults in results:
            if read is not None:
                store(read, None)
    return problems


def _stored_items(framework: Framework | None) -> dict[str, tuple[int, str, str, bool]]:
    """Of each item: its id, what it is known again by, its name, and whether it is gone."""
    if framework is None:
        return {}
    rows = db.session.execute(
        select(Skill.identifier, Skill.id, Skill.digest, Skill.name, Skill.gone_at.is_not(None))
        .where(Skill.framework_id == framework.id)
        .order_by(Skill.id)
    )
    return {
        identifier: (ident, digest, name, gone) for identifier, ident, digest, name, gone in rows
    }


def _store_items(framework: Framework, read: FrameworkRead, changes: Changes) -> None:
    now = clock.now()
    _many(insert(Skill), [_row(item) | {"framework_id": framework.id} for item in changes.new])
    ids = {name: ident for name, (ident, *_more) in _stored_items(framework).items()}
    changed = [item for _before, item in changes.changed]
    _many(
        update(Skill).where(Skill.id == bindparam("b_id")),
        [_row(item) | {"b_id": ids[item.identifier]} for item in changed],
    )
    gone = ids.keys() - {item.identifier for item in read.items}
    is_gone = update(Skill).where(Skill.id == bindparam("b_id"), Skill.gone_at.is_(None))
    _many(is_gone.values(gone_at=now), [{"b_id": ids[name]} for name in sorted(gone)])
    children = Counter(parent for item in read.items for parent in _parents(item))
    places = [
        {
            "b_id": ids[item.identifier],
            "parent_id": ids[item.parent] if item.parent else None,
            "children": children[item.identifier],
        }
        for item in read.items
    ]
    _many(update(Skill).where(Skill.id == bindparam("b_id")), places)
    _store_names_and_links(framework, [*changes.new, *changed], ids)


def _store_names_and_links(framework: Framework, items: list[Item], ids: dict[str, int]) -> None:
    for kind in (SkillName, SkillLink):
        statement = delete(kind).where(kind.skill_id == bindparam("b_id"))
        _many(statement, [{"b_id": ids[item.identifier]} for item in items])
    names = [
        {"skill_id": ids[item.identifier], "name": name}
        for item in items
        for name in sorted(Skill(code=item.code, name=item.name, facts=item.facts).names)
    ]
    _many(insert(SkillName), names)
    links: dict[tuple[int, str, str], Row] = {}
    for item in items:
        for link in item.links:
            at = ids[item.identifier]
            row = {
                "skill_id": at, "kind": link.kind, "to_identifier": link.to, "place": link.place,
                "to_title": link.title, "to_url": link.url,
            }  # fmt: skip
            links.setdefault((at, link.kind, link.to), row)
    _many(insert(SkillLink), list(links.values()))
    own = select(Skill.id).where(Skill.framework_id == framework.id)
    to = own.where(Skill.identifier == SkillLink.to_identifier).scalar_subquery()
    db.session.execute(
        update(SkillLink)
        .where(SkillLink.to_id.is_(None), SkillLink.skill_id.in_(own))
        .values(to_id=to),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()


def _row(item: Item) -> Row:
    statement, html = item.said
    return {
        "identifier": item.identifier,
        "code": item.code,
        "name": item.name,
        "place": item.place,
        "statement": statement,
        "html": html,
        "found_by": fold(
            f"{item.code} {item.name} {statement} {' '.join(item.facts.get('names', []))}"
        ),
        "levels": item.levels,
        "facts": item.facts,
        "digest": item.digest(),
        "gone_at": None,
    }


def _parents(item: Item) -> Iterator[str]:
    if item.parent:
        yield item.parent
    yield from (link.to for link in item.links if link.kind == CHILD_OF)


def _many(statement: Any, rows: list[Row]) -> None:
    """One statement for all of these rows."""
    if rows:
        db.session.connection().execute(statement, rows)
