"""All the cohorts somebody runs on one screen: how far, and who is stuck. Two statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, reduce
from heapq import nsmallest
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Integer,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.policy import places_led_by
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import is_run
from pdportal.db import Base, fetch_all
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.insights.models import Nudge
from pdportal.insights.progress import LATE, WAITED, Why
from pdportal.insights.queries import reviews_given
from pdportal.modules.models import Assignment, Edition, Enrollment, Module

Rows = Sequence[Row[*tuple[Any, ...]]]
"""Rows of columns that a template reads by name."""

MOST_STUCK = 8
"""As many as one takes in on a first screen; each cohort's page has all."""

MOST_COHORTS = 6
"""The newest; the list of cohorts has all."""


def glances(person: Person, today: date) -> Rows:
    """The newest open cohorts somebody runs: people, and how many of their modules are done.

    `ways` is people times modules assigned to them; `late` those that are past their date.
    """
    return fetch_all(_glances(places_led_by(person)), _values(person, today=today))


@lru_cache(maxsize=200)
def _glances(places_led: frozenset[int | None]) -> Select[*tuple[Any, ...]]:
    is_late = and_(Assignment.due_on < bindparam("today"), Enrollment.finished_at.is_(None))
    newest = _open_cohorts(places_led).order_by(Cohort.starts_on.desc(), Cohort.id)
    return (
        select(
            Cohort.id,
            Cohort.name,
            Cohort.starts_on,
            Cohort.ends_on,
            func.count(Member.id.distinct()).label("people"),
            func.count(Assignment.id).label("ways"),
            func.count(Enrollment.begun_at).label("begun"),
            func.count(Enrollment.finished_at).label("done"),
            func.count(Assignment.id).filter(is_late).label("late"),
        )
        .select_from(Cohort)
        .outerjoin(Member, and_(Member.cohort_id == Cohort.id, Member.learns))
        .outerjoin(
            Assignment,
            and_(
                Assignment.cohort_id == Cohort.id,
                Assignment.is_current,
                Member.id.is_not(None),
            ),
        )
        .outerjoin(
            Enrollment,
            and_(
                Enrollment.module_id == Assignment.module_id,
                Enrollment.person_id == Member.person_id,
            ),
        )
        .where(Cohort.id.in_(newest.limit(literal_column(str(MOST_COHORTS)))))
        .group_by(Cohort.id, Cohort.name, Cohort.starts_on, Cohort.ends_on)
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )


class StuckAtAGlance(NamedTuple):
    """Somebody who waits for feedback, or is past a date."""

    why: Why
    cohort_id: int
    cohort_name: str
    person_id: int
    name: str
    round_id: int | None = None
    module_id: int | None = None
    title: str = ""
    """Of the module; never of a work."""
    begun: bool = False
    due_on: date | None = None
    since: datetime | None = None
    have: int = 0
    needed: int = 0
    nobody_left: bool = False
    asked_on: date | None = None


def stuck_people(person: Person, today: date) -> tuple[list[StuckAtAGlance], bool]:
    """Who waits for feedback, the longest first, then who is past a date; and if there are more.

    However many wait, half the room is kept for those whom a word of the lead can help.
    """
    now = clock.now()
    values = _values(person, now=now, waited=now - WAITED, late=today - LATE)
    rows = fetch_all(_stuck(places_led_by(person)), values)
    found = [(row, record) for row in rows if row.records for record in row.records.split(_ROW)]
    waits = [pair for pair in found if pair[0].why == Why.WAITING]
    late = [pair for pair in found if pair[0].why != Why.WAITING]
    room = MOST_STUCK - min(len(late), MOST_STUCK // 2)
    longest = nsmallest(room, waits, key=itemgetter(1))  # a record begins with its moment
    oldest = nsmallest(MOST_STUCK - len(longest), late, key=_lateness)
    shown = [_read_wait(row, *record.split(_FIELD, 6)) for row, record in longest]
    shown += [_read_late(row, *record.split(_FIELD, 3)) for row, record in oldest]
    return shown, len(found) > len(shown)


def _lateness(found: tuple[Any, str]) -> tuple[date, str, int]:
    row, record = found
    return row.due_on, record.rpartition(_FIELD)[2], row.module_id


def _read_wait(row: Any, since: str, *fields: str) -> StuckAtAGlance:
    round_id, person_id, have, needed, nobody_left, name = fields
    return StuckAtAGlance(
        Why.WAITING,
        row.cohort_id,
        row.cohort_name,
        int(person_id),
        name,
        round_id=int(round_id),
        since=datetime.fromisoformat(since).replace(tzinfo=UTC),
        have=int(have),
        needed=int(needed),
        nobody_left=nobody_left != "",
    )


def _read_late(row: Any, person_id: str, begun: str, asked: str, name: str) -> StuckAtAGlance:
    return StuckAtAGlance(
        Why.OVERDUE,
        row.cohort_id,
        row.cohort_name,
        int(person_id),
        name,
        module_id=row.module_id,
        title=row.title,
        begun=begun != "",
        due_on=row.due_on,
        asked_on=date.fromisoformat(asked) if asked else None,
    )


_FIELD, _ROW = "\u202b", "\u202a"
"""Nobody has these in their name: `web.requests.clean_words` takes them out of what is typed."""


@lru_cache(maxsize=200)
def _stuck(places_led: frozenset[int | None]) -> Select[*tuple[Any, ...]]:
    """A row for each cohort, with those who wait longest; one for each late module of each cohort.

    Of each no more are looked for than a first screen shows, so that it costs the same however
    many wait. They come as one string, a record each (`_records`).
    """
    cohorts = _open_cohorts(places_led)
    waiting = select(
        literal_column(f"'{Why.WAITING.value}'", String).label("why"),
        Cohort.id.label("cohort_id"),
        Cohort.name.label("cohort_name"),
        cast(null(), Integer).label("module_id"),
        cast(null(), String).label("title"),
        cast(null(), Date).label("due_on"),
        _records(_waiting(), Cohort).label("records"),
    ).where(Cohort.id.in_(cohorts))
    late = (
        select(
            literal_column(f"'{Why.OVERDUE.value}'", String),
            Cohort.id,
            Cohort.name,
            Assignment.module_id,
            Edition.title,
            Assignment.due_on,
            _records(_late(), Assignment),
        )
        .join(Assignment, Assignment.cohort_id == Cohort.id)
        .join(Module, Module.id == Assignment.module_id)
        .join(Edition, Edition.id == Module.current_id)
        .where(
            Cohort.id.in_(cohorts), Assignment.is_current, Assignment.due_on <= bindparam("late")
        )
    )
    both = union_all(waiting, late).subquery()
    return select(both)


def _records(rows: Select[*tuple[Any, ...]], of: type[Base]) -> ScalarSelect[str]:
    """The first rows of a select in one string; `of` is the table that it hangs on."""
    few = rows.correlate(of).limit(literal_column(str(MOST_STUCK + 1))).subquery()
    fields: list[Any] = [func.coalesce(cast(column, String), "") for column in few.c]
    record: Any = reduce(lambda joined, field: joined + literal(_FIELD) + field, fields)
    separator: Any = literal_column(f"'{_ROW}'")
    return select(func.aggregate_strings(record, separator)).correlate(of).scalar_subquery()


def _waiting() -> Select[*tuple[Any, ...]]:
    """The requests to a cohort that have waited too long, the longest first."""
    return (
        select(
            Round.shared_at,
            Round.id,
            Person.id.label("person_id"),
            reviews_given().label("have"),
            Round.needed,
            Round.nobody_left_at,
            Person.name,
        )
        .join(Work, Work.id == Round.work_id)
        .join(Member, and_(Member.person_id == Work.author_id, Member.cohort_id == Round.cohort_id))
        .join(Person, Person.id == Work.author_id)
        .where(
            Round.cohort_id == Cohort.id,
            Round.is_waiting,
            Round.grace_until <= bindparam("now"),
            or_(Round.shared_at <= bindparam("waited"), Round.nobody_left_at.is_not(None)),
            Member.is_current,
            Person.active,
            reviews_given() < Round.needed,
        )
        .order_by(Round.shared_at)
    )


def _late() -> Select[*tuple[Any, ...]]:
    """Those of a cohort who are not done with an assigned module."""
    asked = (
        select(func.max(Nudge.on_day))
        .where(Nudge.person_id == Member.person_id, Nudge.module_id == Assignment.module_id)
        .correlate(Member, Assignment)
    )
    way = (
        select(Enrollment.id)
        .where(
            Enrollment.person_id == Member.person_id,
            Enrollment.module_id == Assignment.module_id,
        )
        .correlate(Member, Assignment)
    )
    return (
        select(
            Member.person_id,
            way.scalar_subquery().label("begun"),
            asked.scalar_subquery().label("asked_on"),
            Person.name,
        )
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.cohort_id == Assignment.cohort_id,
            Member.learns,
            ~way.where(Enrollment.finished_at.is_not(None)).exists(),
            Person.active,
        )
    )


def _open_cohorts(places_led: frozenset[int | None]) -> Select[int]:
    who = bindparam("person", type_=Integer), bindparam("district", type_=Integer), places_led
    return select(Cohort.id).where(is_run(*who), Cohort.is_open)


def _values(person: Person, **more: object) -> dict[str, object]:
    return {"person": person.id, "district": person.district_id, **more}
