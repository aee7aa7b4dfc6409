"""What pages read of cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Integer, Select, bindparam, case, cast, or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import ANYBODY
from pdportal.coaching.cycles import policy
from pdportal.coaching.cycles.models import Cycle, CycleEntry, EntryKind
from pdportal.db import db, fetch_all
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.phases import Phase, phases_of


@dataclass
class CycleNow:
    """How a cycle stands, and how it came to that."""

    phases: list[Phase]
    entries: Sequence[CycleEntry]
    """All of them, the first one first."""
    words: dict[str, CycleEntry] = field(default_factory=dict)
    """What stands in each box now."""
    ticked: dict[str, CycleEntry] = field(default_factory=dict)
    began: dict[str, CycleEntry] = field(default_factory=dict)
    """When each phase was begun last."""

    @property
    def last_step(self) -> str:
        """What the step was called when it was chosen; "" if none was."""
        steps = [each.text for each in self.entries if each.kind is EntryKind.STEP]
        return steps[-1] if steps else ""

    @property
    def labels(self) -> dict[str, str]:
        """What boxes, items and phases are called, by their keys."""
        return {
            key: label
            for each in self.phases
            for key, label in {**each.boxes, **each.ticks, each.key: each.name}.items()
        }


def cycle_page(person: Person, cycle_id: int) -> Select[Cycle]:
    """One of one's own cycles, with all that its page names."""
    return policy.cycles_seen_by(person).where(Cycle.id == cycle_id).options(*_named())


def cycle_now(cycle: Cycle) -> CycleNow:
    """What was written in a cycle, and what holds of it."""
    entries = db.session.scalars(
        select(CycleEntry)
        .where(CycleEntry.cycle_id == cycle.id)
        .options(joinedload(CycleEntry.author).load_only(Person.name))
        .order_by(CycleEntry.id)
    ).all()
    now = CycleNow(phases_of(cycle.template.data), entries)
    holds = {EntryKind.WORDS: now.words, EntryKind.CHECK: now.ticked, EntryKind.PHASE: now.began}
    for entry in entries:
        holds.get(entry.kind, {})[entry.key] = entry
    return now


class CycleLine(NamedTuple):
    """A cycle in a list: with whom, by which template, and how far it is."""

    id: int
    other_id: int
    other_name: str
    template: str
    phase: str
    """What the phase is called that it is in; "" once it has ended."""
    meet_on: date | None
    ended_at: datetime | None


def cycles_of(
    person: Person, other_id: int | None = None, *, ended: bool = True
) -> list[CycleLine]:
    """One's cycles, open ones first, also those that have ended or not; with one other or all."""
    rows = fetch_all(_cycles(), {"person_id": person.id, "ended": ended, "other_id": other_id})
    named = ((*row[:4], _name_of(*row[4:6]), *row[6:]) for row in rows)
    return [CycleLine._make(row) for row in named]


@cache
def _cycles() -> Select[*tuple[Any, ...]]:
    """Built once: the first screen of a coach asks it."""
    other_id = case((Cycle.teacher_id == ANYBODY.id, Cycle.coach_id), else_=Cycle.teacher_id)
    only = bindparam("other_id", type_=Integer())
    is_open = Cycle.ended_at.is_(None)
    in_order = ~is_open, Cycle.ended_at.desc(), Cycle.id.desc()
    return (
        policy.cycles_seen_by(ANYBODY)
        .join(Person, Person.id == other_id)
        .join(Protocol, Protocol.id == Cycle.template_id)
        .where(or_(is_open, bindparam("ended", type_=Boolean())))
        .where(or_(cast(only, Integer).is_(None), Person.id == only))
        .with_only_columns(
            *(Cycle.id, Person.id.label("other_id"), Person.name, Protocol.name.label("template")),
            *(Cycle.phase, case((is_open, Protocol.data)).label("phases")),
            *(Cycle.meet_on, Cycle.ended_at),
        )
        .order_by(*in_order)
        .limit(100)
    )


def planned(coach: Person, cycle_id: int, phase: str) -> dict[str, Any]:
    """The note of a conference, begun with the questions that were planned; {} if none were."""
    cycle = db.session.scalars(cycle_page(coach, cycle_id)).one_or_none() if cycle_id else None
    if cycle is None:
        return {}
    plan = cycle_now(cycle).words.get(f"{phase}:plan")
    lines = filter(None, (line.strip() for line in plan.text.split("\n"))) if plan else ()
    text = "\n\n".join(f"**{line}**\n" for line in lines)
    return {"text": text, "contact": "conference", "topic": cycle.template.name}


def _name_of(phase: str, data: dict[str, Any] | None) -> str:
    phases = data["phases"] if data else ()
    return next((str(each["name"]) for each in phases if each["key"] == phase), "")


def _named() -> tuple[Any, ...]:
    people = (joinedload(each).load_only(Person.name) for each in (Cycle.teacher, Cycle.coach))
    return (*people, joinedload(Cycle.template), joinedload(Cycle.step))
