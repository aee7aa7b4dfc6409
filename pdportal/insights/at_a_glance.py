"""All the cohorts somebody runs on one screen: how far, and who is stuck. Two statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    Subquery,
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
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.policy import places_led_by
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import is_run
from pdportal.db import Moment, fetch_all
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Work
from pdportal.insights.models import Nudge
from pdportal.insights.policy import WAITED
from pdportal.insights.progress import LATE, Why
from pdportal.modules.assignments.models import Agreement, Proposal
from pdportal.modules.models import Assignment, Edition, Enrollment, Module
from pdportal.modules.parts import TODAY, due_on, is_agreed, is_done, is_paused

Rows = Sequence[Row[*tuple[Any, ...]]]
"""Rows of columns that a template reads by name."""

MOST_STUCK = 8
"""As many as one takes in on a first screen; each cohort's page has all."""

MOST_COHORTS = 6
"""The newest; the list of cohorts has all."""


def glances(person: Person, today: date) -> Rows:
    """The newest open cohorts somebody runs: people, and how many of their modules are done.

    `ways` is people times modules assigned to them; `late` those that are past their date;
    `proposed` what people of the cohort propose to this lead, and is open.
    """
    return fetch_all(_glances(places_led_by(person)), _values(person, today=today))


@lru_cache(maxsize=200)
def _glances(places_led: frozenset[int | None]) -> Select[*tuple[Any, ...]]:
    is_late = and_(due_on < TODAY, ~is_done, func.coalesce(~is_paused, True))
    given, who = aliased(Assignment), bindparam("person", type_=Integer)
    proposed = (
        select(func.count(Proposal.id))
        .join(given, given.id == Proposal.assignment_id)
        .where(given.cohort_id == Cohort.id, Proposal.to_id == who, Proposal.is_open)
        .correlate(Cohort)
        .scalar_subquery()
    )
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
            func.count(Assignment.id).filter(is_done).label("done"),
            func.count(Assignment.id).filter(is_late).label("late"),
            proposed.label("proposed"),
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
        .outerjoin(Agreement, is_agreed)
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
    round_id: int | None
    module_id: int | None
    title: str
    """Of the module; never of a work."""
    begun: bool
    due_on: date | None
    since: datetime | None
    have: int | None
    needed: int | None
    nobody_left: bool
    asked_on: date | None


def stuck_people(person: Person, today: date) -> tuple[list[StuckAtAGlance], bool]:
    """Who waits for feedback, the longest first, then who is past a date; and if there are more.

    However many wait, half the room is kept for those whom a word of the lead can help.
    """
    now = clock.now()
    values = _values(person, now=now, waited=now - WAITED, late=today - LATE, today=today)
    rows = fetch_all(_stuck(places_led_by(person)), values)
    found = [stuck for row in rows for stuck in _read(row)]
    waits = [each for each in found if each.round_id]
    late = [each for each in found if each.module_id]
    waits.sort(key=attrgetter("since", "round_id"))
    late.sort(key=attrgetter("due_on", "name", "module_id"))
    room = MOST_STUCK - min(len(late), MOST_STUCK // 2)
    shown = [*waits[:room], *late[: MOST_STUCK - len(waits[:room])]]
    return shown, len(waits) + len(late) > len(shown)


def _read(row: Any) -> Iterator[StuckAtAGlance]:
    """Each of the people of a row."""
    for record in row.people.split(_ROW):
        person_id, begun, asked, name = record.split(_FIELD, 3)
        yield StuckAtAGlance(
            *(Why(row.why), row.cohort_id, row.cohort_name, int(person_id), name, row.round_id),
            *(row.module_id, row.title or "", begun != "", row.due_on, row.since, row.have),
            *(row.needed, row.nobody_left_at is not None),
            date.fromisoformat(asked) if asked else None,
        )


_FIELD, _ROW = "\u202b", "\u202a"
"""Nobody has these in their name: `web.requests.clean_words` takes them out of what is typed."""

_SOME: ColumnElement[int] = literal_column(str(MOST_STUCK + 1))
_ONE: ColumnElement[int] = literal_column("1")
_ALL: ColumnElement[int] = literal_column("10000")


@lru_cache(maxsize=200)
def _stuck(places_led: frozenset[int | None]) -> Select[*tuple[Any, ...]]:
    """A row for each request that waits, and one for each late module with those who are late.

    Requests and modules are put in their order first (`_ALL`, by an index), and then looked at one
    by one until a first screen is full (`_SOME`): so it costs the same however many wait.
    """
    cohorts = _open_cohorts(places_led)
    both = union_all(select(_waiting(cohorts)), select(_late(cohorts))).subquery()
    return (
        select(both, Cohort.name.label("cohort_name"), Edition.title)
        .join(Cohort, Cohort.id == both.c.cohort_id)
        .outerjoin(Module, Module.id == both.c.module_id)
        .outerjoin(Edition, Edition.id == Module.current_id)
    )


def _waiting(cohorts: Select[int]) -> Subquery:
    """Those of `_asked` that still lack a review: whose they are, and how many reviews are here."""
    asked = _asked(cohorts)
    who = (
        select(_record(Person.id, null(), null(), Person.name))
        .join(Work, Work.author_id == Person.id)
        .join(Member, Member.person_id == Person.id)
        .where(
            Work.id == asked.c.work_id,
            Member.cohort_id == asked.c.cohort_id,
            Member.is_current,
            Person.active,
        )
        .correlate(asked)
        .scalar_subquery()
    )
    have = (
        select(func.count(Review.given_at))
        .where(Review.round_id == asked.c.id)
        .correlate(asked)
        .scalar_subquery()
    )
    return (
        select(
            literal_column(f"'{Why.WAITING.value}'", String).label("why"),
            asked.c.cohort_id,
            cast(null(), Integer).label("module_id"),
            cast(null(), Date).label("due_on"),
            asked.c.id.label("round_id"),
            asked.c.shared_at.label("since"),
            have.label("have"),
            asked.c.needed,
            asked.c.nobody_left_at,
            who.label("people"),
        )
        .where(have < asked.c.needed, who.is_not(None))
        .limit(_SOME)
        .subquery()
    )


def _asked(cohorts: Select[int]) -> Subquery:
    """The requests to these cohorts that have waited too long, the longest first."""
    return (
        select(
            Round.id,
            Round.cohort_id,
            Round.work_id,
            Round.shared_at,
            Round.needed,
            Round.nobody_left_at,
        )
        .where(
            Round.cohort_id.in_(cohorts),
            Round.is_waiting,
            ~Round.author_is_hidden,
            Round.grace_until <= bindparam("now"),
            or_(Round.shared_at <= bindparam("waited"), Round.nobody_left_at.is_not(None)),
        )
        .order_by(Round.shared_at, Round.id)
        .limit(_ALL)
        .subquery()
    )


def _late(cohorts: Select[int]) -> Subquery:
    """With the columns of `_waiting`, in their order: the oldest date first."""
    given = (
        select(Assignment.id, Assignment.cohort_id, Assignment.module_id, Assignment.due_on)
        .where(
            Assignment.cohort_id.in_(cohorts),
            Assignment.is_current,
            Assignment.due_on <= bindparam("late"),
        )
        .order_by(Assignment.due_on, Assignment.id)
        .limit(_ALL)
        .subquery()
    )
    people = _who_is_late(given)
    anybody = people.with_only_columns(Person.id).limit(_ONE).scalar_subquery()
    few = people.limit(_SOME).subquery()
    separator: Any = literal_column(f"'{_ROW}'")
    joined = (
        select(func.aggregate_strings(few.c.record, separator)).correlate(given).scalar_subquery()
    )
    return (
        select(
            literal_column(f"'{Why.OVERDUE.value}'", String).label("why"),
            given.c.cohort_id,
            given.c.module_id,
            given.c.due_on,
            cast(null(), Integer).label("round_id"),
            cast(null(), Moment).label("since"),
            cast(null(), Integer).label("have"),
            cast(null(), Integer).label("needed"),
            cast(null(), Moment).label("nobody_left_at"),
            joined.label("people"),
        )
        .where(anybody.is_not(None))  # PostgreSQL makes of an EXISTS a join of whole tables
        .limit(_SOME)
        .subquery()
    )


def _who_is_late(given: Subquery) -> Select[str]:
    """Who is late with an assignment, as `record`: neither done nor paused, and no later date."""
    way = (
        select(Enrollment.id)
        .where(Enrollment.person_id == Member.person_id, Enrollment.module_id == given.c.module_id)
        .correlate(Member, given)
    )
    agreed = (
        select(Agreement.person_id)
        .where(
            Agreement.assignment_id == given.c.id,
            Agreement.person_id == Member.person_id,
            or_(Agreement.done_at.is_not(None), Agreement.due_on > bindparam("late")),
        )
        .correlate(Member, given)
    )
    asked = (
        select(func.max(Nudge.on_day))
        .where(Nudge.person_id == Member.person_id, Nudge.module_id == given.c.module_id)
        .correlate(Member, given)
    )
    record = _record(Person.id, way.scalar_subquery(), asked.scalar_subquery(), Person.name)
    return (
        select(record.label("record"))
        .select_from(Member)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.cohort_id == given.c.cohort_id,
            Member.learns,
            ~way.where(or_(Enrollment.finished_at.is_not(None), is_paused)).exists(),
            ~agreed.exists(),
            Person.active,
        )
        .correlate(given)
    )


def _record(*columns: Any) -> Any:
    """These columns in one string; of those that are null nothing."""
    fields: list[Any] = [func.coalesce(cast(column, String), "") for column in columns]
    return reduce(lambda joined, field: joined + literal(_FIELD) + field, fields)


def _open_cohorts(places_led: frozenset[int | None]) -> Select[int]:
    who = bindparam("person", type_=Integer), bindparam("district", type_=Integer), places_led
    return select(Cohort.id).where(is_run(*who), Cohort.is_open)


def _values(person: Person, **more: object) -> dict[str, object]:
    return {"person": person.id, "district": person.district_id, **more}
