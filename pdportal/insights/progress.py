"""How a cohort is doing, put together from rows: who is stuck and why comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Row

from pdportal import clock
from pdportal.cohorts.models import Cohort
from pdportal.insights import policy, queries
from pdportal.insights.checks import CheckFigures, check_figures
from pdportal.modules.enrollments.state import State
from pdportal.web.locale import zone_here

LATE = timedelta(days=2)
"""So long after its date, somebody who is not done with a module is stuck."""

QUIET = timedelta(days=14)
"""After so long without a page, somebody who began may need a kind word."""

ASKED_LATELY = timedelta(days=30)
"""For so long it is shown that somebody was asked how a module is going."""


class Why(StrEnum):
    """Why somebody is stuck; the first is the most urgent."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    QUIET = "quiet"


class ModuleProgress(NamedTuple):
    """One assigned module, with counts of members (not facilitators) by state."""

    id: int
    title: str
    due_on: date | None
    why: str
    not_begun: int
    begun: int
    done: int
    paused: int = 0

    @property
    def people(self) -> int:
        return self.not_begun + self.begun + self.done + self.paused


class Reason(NamedTuple):
    """One reason why somebody is stuck: waiting for reviews, or a module."""

    why: Why
    since: datetime | None
    module_id: int | None = None
    title: str = ""
    """Of the module; never of a work."""
    due_on: date | None = None
    begun: bool = False
    asked_on: date | None = None
    """The day on which somebody last asked how it is going, where the one who is asked lives."""
    asked_today: bool = False
    round_id: int | None = None
    have: int = 0
    needed: int = 0
    nobody_left: bool = False
    """Everybody has been asked, the coach too: the author may only go on."""


class PersonProgress(NamedTuple):
    """One person of the cohort."""

    id: int
    name: str
    facilitates: bool
    owed: int
    given: int
    states: tuple[State, ...]
    """How far in each module, in the order of the modules."""
    away_until: date | None = None
    waits: tuple[Reason, ...] = ()


class Stuck(NamedTuple):
    """One person who is stuck, and why."""

    person_id: int
    name: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A cohort's page: the stuck, the modules, the people."""

    modules: tuple[ModuleProgress, ...]
    people: tuple[PersonProgress, ...]
    stuck: tuple[Stuck, ...]
    joined_at: dict[int, datetime]
    """Since when each of the people is in the cohort, by their ids."""
    comments: policy.Comments | None
    """None until enough people have answered any."""
    checks: tuple[CheckFigures, ...] | None
    """None where no module has any."""

    @property
    def titles(self) -> tuple[str, ...]:
        """Of the modules, in the order of everybody's `states`."""
        return tuple([module.title for module in self.modules])


def progress_of(cohort: Cohort | Row[*tuple[Any, ...]]) -> Progress:
    """The progress of a cohort, in five statements for any number of people and modules."""
    now, cohort_id = clock.now(), cohort.id
    assigned = queries.assigned(cohort_id)
    modules = tuple([tuple(row[:4]) for row in assigned])
    today = clock.today(zone_here())
    rows = queries.people(cohort_id, now - QUIET, today)
    waits: dict[int, tuple[Reason, ...]] = defaultdict(tuple)
    for row in queries.waiting(cohort_id, now):
        waits[row.author_id] += (
            Reason(
                Why.WAITING,
                row.since,
                round_id=row.round_id,
                have=row.have,
                needed=row.needed,
                nobody_left=row.nobody_left,
            ),
        )
    # All but who waits hangs on rows that are the same on most visits.
    known = _standing(modules, tuple([tuple(row[:-2]) for row in rows]), today)
    people = [
        person._replace(waits=waits[person.id]) if person.id in waits else person
        for person in known.people
    ]
    asked = _asked(rows, queries.nudged(cohort_id, now - ASKED_LATELY))
    return Progress(
        known.modules,
        tuple(people),
        _stuck(people, known.behind, asked, now),
        {row.id: row.joined_at for row in rows},
        policy.comments_counted(map(policy.Answer._make, queries.answers(cohort_id))),
        tuple(check_figures(cohort_id)) if any(row.has_checks for row in assigned) else None,
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """The state of everybody in each module, and who is late or quiet."""

    modules: tuple[ModuleProgress, ...]
    people: tuple[PersonProgress, ...]
    behind: dict[int, tuple[Reason, ...]]


@lru_cache(maxsize=100)
def _standing(
    modules: tuple[tuple[Any, ...], ...], rows: tuple[tuple[Any, ...], ...], today: date
) -> _Standing:
    """Computed from rows of `queries.assigned` and `queries.people`; cached by these rows."""
    counts = {module[0]: dict.fromkeys(State, 0) for module in modules}
    people, behind = [], {}
    for person_id, name, facilitates, owed, given, far, agreed, away in rows:
        ways = dict(map(_read_way, far.split(","))) if far else {}
        dates = _read_agreed(agreed or "", ways)
        states = tuple([ways.get(module[0], _NOT_BEGUN)[0] for module in modules])
        people.append(PersonProgress(person_id, name, facilitates, owed, given, states, away))
        if facilitates:
            continue  # need not take the module
        reasons = []
        for (module_id, title, due_on, *_), state in zip(modules, states, strict=True):
            counts[module_id][State.DONE if state.is_done else state] += 1
            due_on = dates.get(module_id, due_on)
            quiet_since = ways.get(module_id, _NOT_BEGUN)[1]
            late = due_on is not None and due_on <= today - LATE
            if not state.is_settled and (late or quiet_since):
                why = Why.OVERDUE if late else Why.QUIET
                begun = state == State.BEGUN
                reasons.append(Reason(why, quiet_since, module_id, title, due_on, begun))
        if reasons:
            behind[person_id] = tuple(reasons)
    return _Standing(
        tuple([_counted(module, counts[module[0]]) for module in modules]),
        tuple(people),
        behind,
    )


def _counted(module: tuple[Any, ...], counts: dict[State, int]) -> ModuleProgress:
    order = (State.NOT_BEGUN, State.BEGUN, State.DONE, State.PAUSED)
    return ModuleProgress(*module, *(counts[state] for state in order))


def _read_agreed(written: str, ways: dict[int, tuple[State, datetime | None]]) -> dict[int, date]:
    """Own dates by module, of `7=2026-12-05`; `7a`, done another way, is put among the ways."""
    dates = {}
    for agreement in filter(None, written.split(",")):
        module_id, _is, day = agreement.partition("=")
        if day:
            dates[int(module_id)] = date.fromisoformat(day)
        elif not ways.get(int(agreement[:-1]), _NOT_BEGUN)[0].is_done:
            ways[int(agreement[:-1])] = (State.ANOTHER_WAY, None)
    return dates


_NOT_BEGUN: tuple[State, datetime | None] = (State.NOT_BEGUN, None)
_STATES = {
    "t": State.TESTED_OUT,
    "d": State.DONE,
    "p": State.PAUSED,
    "b": State.BEGUN,
    "q": State.BEGUN,
}


def _read_way(written: str) -> tuple[int, tuple[State, datetime | None]]:
    """One way through a module as `queries.people` writes it: `7d`, `7b`, `7q2026-11-02 15:30`."""
    for letter, state in _STATES.items():
        module_id, is_so, when = written.partition(letter)
        if is_so:
            since = datetime.fromisoformat(when).replace(tzinfo=UTC) if when else None
            return int(module_id), (state, since)
    raise ValueError(written)


def _stuck(
    people: list[PersonProgress],
    behind: dict[int, tuple[Reason, ...]],
    asked: dict[tuple[int, int | None], tuple[date, bool]],
    now: datetime,
) -> tuple[Stuck, ...]:
    """Everybody who is stuck: those who wait for reviews first, the longest wait first."""
    stuck = []
    for person in people:
        reasons = [wait for wait in person.waits if policy.is_stuck(wait, now)]
        for reason in behind.get(person.id, ()):
            day, today = asked.get((person.id, reason.module_id), (None, False))
            reasons.append(reason._replace(asked_on=day, asked_today=today))
        if reasons:
            stuck.append(Stuck(person.id, person.name, tuple(sorted(reasons, key=_urgency))))
    return tuple(sorted(stuck, key=lambda person: (_urgency(person.reasons[0]), person.name)))


_ORDER = {why: order for order, why in enumerate(Why)}
_NEVER = datetime.max.replace(tzinfo=UTC)


def _urgency(reason: Reason) -> tuple[int, date, datetime]:
    return _ORDER[reason.why], reason.due_on or date.max, reason.since or _NEVER


def _asked(
    people: Sequence[Row[Any]], nudges: Iterable[Row[Any]]
) -> dict[tuple[int, int | None], tuple[date, bool]]:
    """When each was last asked about each module, and whether that was today where they live."""
    zones = {row.id: row.time_zone for row in people}
    return {
        (row.person_id, row.module_id): (
            row.on_day,
            clock.today(zone_of(zones[row.person_id])) == row.on_day,
        )
        for row in nudges
        if row.person_id in zones
    }


def zone_of(name: str | None) -> ZoneInfo:
    """The time zone somebody lives in."""
    return ZoneInfo(name or current_app.config["BABEL_DEFAULT_TIMEZONE"])
