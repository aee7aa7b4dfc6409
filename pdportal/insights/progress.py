"""How a cohort is doing, put together from rows: who is stuck and why comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Row

from pdportal import clock
from pdportal.cohorts.models import Cohort
from pdportal.insights import policy, queries
from pdportal.web.locale import zone_here

QUIET = timedelta(days=14)
"""After so long without a page, somebody who began may need a kind word."""


class State(StrEnum):
    """How far one person is in one module."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    DONE = "done"


class Why(StrEnum):
    """Why somebody does not get on."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    QUIET = "quiet"


@dataclass(slots=True)
class ModuleProgress:
    """One assigned module and how many of the people who learn are how far."""

    id: int
    slug: str
    title: str
    minutes: int
    due_on: date | None
    why: str
    not_begun: int = 0
    begun: int = 0
    done: int = 0

    @property
    def people(self) -> int:
        return self.not_begun + self.begun + self.done


@dataclass(slots=True)
class Way:
    """One person's way through one module, as dates."""

    module: ModuleProgress
    state: State
    begun_at: datetime | None = None
    last_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(slots=True)
class Wait:
    """One person's wait for reviews."""

    since: datetime
    have: int
    needed: int
    nobody_left: bool
    """Everybody has been asked, the coach too: the author may only go on."""


@dataclass(slots=True)
class PersonProgress:
    """One person of the cohort."""

    id: int
    name: str
    facilitates: bool
    owed: int
    given: int
    ways: list[Way]
    waits: list[Wait]

    @property
    def looks(self) -> tuple[Any, ...] | None:
        """All that the person's row shows, unless it says how long ago something was."""
        if self.waits:
            return None
        far = tuple((way.module.title, way.state) for way in self.ways)
        return self.name, self.facilitates, self.owed, self.given, far


@dataclass(slots=True)
class Reason:
    """One reason why somebody does not get on: a wait for reviews, or a module."""

    why: Why
    since: datetime | None = None
    wait: Wait | None = None
    way: Way | None = None
    asked_today: bool = False


@dataclass(slots=True)
class Stuck:
    """One person who does not get on, and why."""

    person: PersonProgress
    reasons: list[Reason]


@dataclass(slots=True)
class Comments:
    """What became of the comments that the cohort's authors received."""

    received: int
    decided: int
    used: int


@dataclass(slots=True)
class Progress:
    """A cohort's page: the stuck, the modules, the people."""

    modules: list[ModuleProgress]
    people: list[PersonProgress] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    comments: Comments | None = None
    """None where they come from too few people."""


def progress_of(cohort: Cohort) -> Progress:
    """Six statements, however many people and modules there are."""
    modules = [
        ModuleProgress(row.module_id, row.slug, row.title, row.minutes, row.due_on, row.why)
        for row in queries.assigned(cohort.id)
    ]
    rows = queries.people(cohort.id).all()
    ways = {(row.person_id, row.module_id): row for row in queries.ways(cohort.id)}
    waits: dict[int, list[Wait]] = defaultdict(list)
    for row in queries.waiting(cohort.id, clock.now()):
        waits[row.author_id].append(Wait(row.since, row.have, row.needed, row.nobody_left))
    lately = clock.now() - timedelta(days=2)
    asked = _asked_today(rows, queries.nudged_lately(cohort.id, lately).all())
    begin = datetime.combine(cohort.starts_on, time(), UTC)
    became = queries.what_became_of_comments(cohort.id, begin).one()

    people = [
        PersonProgress(
            row.id,
            row.name,
            row.facilitates,
            row.owed,
            row.given,
            [_way(module, ways.get((row.id, module.id))) for module in modules],
            waits[row.id],
        )
        for row in rows
    ]
    _count(people)
    return Progress(
        modules,
        people,
        _stuck(people, asked),
        None
        if policy.is_withheld(became.authors)
        else Comments(became.comments, became.decided, became.used),
    )


def _way(module: ModuleProgress, row: Row[Any] | None) -> Way:
    if row is None:
        return Way(module, State.NOT_BEGUN)
    state = State.DONE if row.finished_at else State.BEGUN
    return Way(module, state, row.begun_at, row.last_at, row.finished_at)


def _count(people: Sequence[PersonProgress]) -> None:
    """Facilitators are not counted: they need not take the module."""
    for person in people:
        if person.facilitates:
            continue
        for way in person.ways:
            match way.state:
                case State.NOT_BEGUN:
                    way.module.not_begun += 1
                case State.BEGUN:
                    way.module.begun += 1
                case State.DONE:
                    way.module.done += 1


def _stuck(people: Sequence[PersonProgress], asked: set[tuple[int, int]]) -> list[Stuck]:
    """Whoever waits for others first, the longest wait first; then the oldest dates."""
    today = clock.today(zone_here())
    stuck = []
    for person in people:
        reasons = [Reason(Why.WAITING, since=wait.since, wait=wait) for wait in person.waits]
        for way in person.ways:
            if not person.facilitates and (why := _why(way, today)):
                was_asked = (person.id, way.module.id) in asked
                reasons.append(Reason(why, way.last_at, way=way, asked_today=was_asked))
        if reasons:
            stuck.append(Stuck(person, sorted(reasons, key=_urgency)))
    return sorted(stuck, key=lambda one: (_urgency(one.reasons[0]), one.person.name))


def _why(way: Way, today: date) -> Why | None:
    due_on = way.module.due_on
    if way.state == State.DONE:
        return None
    if due_on and due_on < today:
        return Why.OVERDUE
    if way.last_at and clock.now() - way.last_at > QUIET:
        return Why.QUIET
    return None


def _urgency(reason: Reason) -> tuple[int, date, datetime]:
    due_on = reason.way.module.due_on if reason.way else None
    order = (Why.WAITING, Why.OVERDUE, Why.QUIET).index(reason.why)
    return order, due_on or date.max, reason.since or clock.now()


def _asked_today(people: Sequence[Row[Any]], nudges: Sequence[Row[Any]]) -> set[tuple[int, int]]:
    today = {row.id: clock.today(zone_of(row.time_zone)) for row in people}
    return {
        (row.person_id, row.module_id) for row in nudges if today.get(row.person_id) == row.on_day
    }


def zone_of(name: str | None) -> ZoneInfo:
    """The time zone somebody lives in."""
    return ZoneInfo(name or current_app.config["BABEL_DEFAULT_TIMEZONE"])
