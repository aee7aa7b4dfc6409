"""What leads see of the checks of a cohort: how many took one, and how it went, in lots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from pdportal.activity.models import Event
from pdportal.cohorts.models import Cohort
from pdportal.db import fetch_all
from pdportal.insights.policy import Move, Share, counted_in_lots, share
from pdportal.insights.queries import Line, Rows
from pdportal.modules.checks.models import Check
from pdportal.modules.models import Edition


class SkillChange(NamedTuple):
    """How many knew a skill when they took a check first, and the last time."""

    name: str
    before: Share
    after: Share


class CheckFigures(NamedTuple):
    """One check of a module, over those whose tries belong to the cohort."""

    module_id: int
    title: str
    took: int = 0
    """How many; 0 while they are too few."""
    met: Share = Share.LESS
    """At their first try."""
    again: int = 0
    met_again: Share = Share.LESS
    skills: tuple[SkillChange, ...] = ()


def check_figures(cohort_id: int) -> list[CheckFigures]:
    """The figures of each check that anybody in a cohort took, in one statement."""
    by_check: dict[tuple[int, str], list[Line]] = {}
    for row in fetch_all(_counted(), {"cohort_id": cohort_id}):
        by_check.setdefault((row.module_id, row.line), []).append(row)
    return [_figures(rows) for rows in by_check.values()]


def _figures(rows: Sequence[Line]) -> CheckFigures:
    latest = rows[-1]
    figures = CheckFigures(latest.module_id, latest.title)
    began = {row.person_id: row for row in reversed(rows)}
    first = counted_in_lots(
        Move(row.person_id, row.person_id, (1, int(row.met)))
        for row in rows
        if row is began[row.person_id]
    )
    if first:
        took, met = first
        figures = figures._replace(took=took, met=share(met, took))
    skills = list(dict.fromkeys(skill for row in rows for skill in row.skills))
    again = counted_in_lots(_again(rows, skills))
    if again:
        count, met, *known = again
        before, after = known[: len(skills)], known[len(skills) :]
        figures = figures._replace(
            again=count,
            met_again=share(met, count),
            skills=tuple(
                SkillChange(skill, share(b, count), share(a, count))
                for skill, b, a in zip(skills, before, after, strict=True)
            ),
        )
    return figures


def _again(rows: Iterable[Line], skills: Sequence[str]) -> Iterable[Move]:
    """What those who tried more than once add: their first try beside their latest one."""
    first: dict[int, list[int]] = {}
    for row in rows:
        bits = dict(zip(row.skills, map(int, row.known), strict=False))
        known = [bits.get(skill, 0) for skill in skills]
        if row.person_id in first:
            adds = (1, int(row.met), *first[row.person_id], *known)
            yield Move(row.person_id, row.person_id, adds)
        else:
            first[row.person_id] = known


@cache
def _counted() -> Rows:
    """The tries that count in a cohort, from the log: who leaves changes no figure."""
    detail: Any = Event.detail
    return (
        select(
            Event.actor_id.label("person_id"),
            detail["met"].as_boolean().label("met"),
            detail["known"].as_string().label("known"),
            Check.line,
            Check.title,
            Check.skills,
            Edition.module_id,
        )
        .join(Check, Check.id == detail["check"].as_integer())
        .join(Edition, Edition.id == Check.edition_id)
        .where(
            Event.object_type == Cohort.__tablename__,
            Event.object_id == bindparam("cohort_id"),
            Event.verb == "checked",
        )
        .order_by(Event.id)
    )
