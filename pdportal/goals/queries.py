"""What pages about goals, steps and evidence read: all of it is the owner's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db, fetch_all
from pdportal.feedback.works.models import Work
from pdportal.goals import policy
from pdportal.goals.models import Evidence, Goal, Outcome, Step, StepKind
from pdportal.web.locale import zone_here


class NextStep(NamedTuple):
    """A goal one works on, how far it is, and what comes next."""

    goal_id: int
    title: str
    kept: bool
    """Whether its words are kept; until then it is a draft."""
    done: int
    total: int
    step_id: int | None
    step_name: str | None
    step_kind: StepKind | None
    due_on: date | None


class ClosedGoal(NamedTuple):
    """A goal that was met or abandoned."""

    goal_id: int
    title: str
    kept: bool
    met_at: datetime | None
    abandoned_at: datetime | None
    done: int
    total: int


def goals_with_next_step(person: Person) -> list[NextStep]:
    """The goals somebody works on, each with the first step to do; what is due first is first."""
    rows = fetch_all(_open_goals(), {"owner_id": person.id})
    return [NextStep(*row) for row in rows]


@cache
def _open_goals() -> Select[*tuple[Any, ...]]:
    """Built once: every first screen asks it."""
    owner: BindParameter[int] = bindparam("owner_id")
    ranked = (
        select(
            Step.id,
            Step.goal_id,
            Step.name.label("name"),
            Step.kind,
            Step.due_on,
            func.row_number()
            .over(partition_by=Step.goal_id, order_by=(Step.place, Step.id))
            .label("rank"),
        )
        .where(Step.owner_id == owner, Step.is_to_do)
        .subquery()
    )
    return (
        policy.goals_of(owner)
        .join(Work, Work.id == Goal.work_id)
        .outerjoin(ranked, and_(ranked.c.goal_id == Goal.id, ranked.c.rank == 1))
        .where(Goal.is_open)
        .with_only_columns(
            Goal.id,
            Work.title,
            ~Goal.is_draft,
            _count(done=True),
            _count(),
            ranked.c.id,
            ranked.c.name,
            ranked.c.kind,
            ranked.c.due_on,
        )
        .order_by(Goal.is_draft, ranked.c.due_on.is_(None), ranked.c.due_on, Goal.id.desc())
        .limit(100)
    )


def closed_goals(person: Person) -> list[ClosedGoal]:
    """Goals met or abandoned, the last first."""
    rows = db.session.execute(
        policy.goals_seen_by(person)
        .join(Work, Work.id == Goal.work_id)
        .where(~Goal.is_open)
        .with_only_columns(
            Goal.id,
            Work.title,
            ~Goal.is_draft,
            Goal.met_at,
            Goal.abandoned_at,
            _count(done=True),
            _count(),
        )
        .order_by(func.coalesce(Goal.met_at, Goal.abandoned_at).desc(), Goal.id.desc())
        .limit(100)
    )
    return [ClosedGoal(*row) for row in rows]


def open_goals(person: Person) -> Sequence[Row[int, str]]:
    """The goals that a new step can belong to: id and title."""
    return db.session.execute(
        policy.goals_seen_by(person)
        .join(Work, Work.id == Goal.work_id)
        .where(~Goal.is_draft, Goal.is_open)
        .with_only_columns(Goal.id, Work.title)
        .order_by(Goal.id.desc())
        .limit(100)
    ).all()


def open_goal(person: Person, goal_id: int) -> Goal | None:
    """One of those, by id."""
    return db.session.scalars(
        policy.goals_seen_by(person).where(Goal.id == goal_id, ~Goal.is_draft, Goal.is_open)
    ).one_or_none()


def unfinished(person: Person) -> Row[int, datetime] | None:
    """The goal somebody began to write and has not kept yet, the last one: id and since when."""
    return db.session.execute(
        policy.goals_seen_by(person)
        .where(Goal.is_draft, Goal.is_open)
        .with_only_columns(Goal.id, Goal.created_at)
        .order_by(Goal.id.desc())
        .limit(1)
    ).one_or_none()


def goal_page(person: Person, goal_id: int) -> Select[Goal]:
    """One goal of one's own, with its work and draft."""
    return _own_goal(person, Goal.id == goal_id)


def goal_from_form(person: Person, form_key: str) -> Select[Goal]:
    """The goal that a form made when it was sent before."""
    return _own_goal(person, Goal.form_key == form_key)


def goal_of_work(person: Person, work_id: int) -> Select[Goal]:
    """One goal of one's own, by its work."""
    return _own_goal(person, Goal.work_id == work_id)


def _own_goal(person: Person, which: ColumnElement[bool]) -> Select[Goal]:
    work = joinedload(Goal.work)
    return (
        policy.goals_seen_by(person)
        .where(which)
        .options(work.joinedload(Work.draft), work.joinedload(Work.author))
    )


def _count(*, done: bool = False) -> ScalarSelect[int]:
    counted = (
        select(func.count())
        .select_from(Step)
        .where(Step.goal_id == Goal.id, Step.removed_at.is_(None))
    )
    if done:
        counted = counted.where(Step.done_at.is_not(None))
    return counted.correlate(Goal).scalar_subquery()


class DueStep(NamedTuple):
    """A step or try-out that waits, with its date."""

    step_id: int
    name: str
    kind: StepKind
    due_on: date | None
    goal_id: int | None
    goal_title: str | None
    from_title: str
    from_url: str


def steps_due(person: Person, within_days: int = 7) -> list[DueStep]:
    """Steps and try-outs overdue or due soon, the earliest first; none of a closed goal."""
    until = clock.today(zone_here()) + timedelta(days=within_days)
    rows = fetch_all(_due(), {"owner_id": person.id, "until": until})
    return [DueStep(*row) for row in rows]


@cache
def _due() -> Select[*tuple[Any, ...]]:
    """Built once, likewise."""
    return _to_do(bindparam("owner_id"), Step.due_on <= bindparam("until"))


def to_look_back(person: Person) -> list[DueStep]:
    """Try-outs whose day has come, for which nobody has said yet what happened."""
    today = clock.today(zone_here())
    return _waiting(
        person,
        and_(
            Step.kind == StepKind.TRYOUT,
            or_(Step.due_on <= today, Step.due_on.is_(None), Step.happened != ""),
        ),
    )


def steps_alone(person: Person) -> list[DueStep]:
    """Steps and try-outs that belong to no goal, still to do."""
    return _waiting(person, Step.goal_id.is_(None))


def done_alone(
    person: Person,
) -> Sequence[Row[int, str, StepKind, datetime | None, Outcome | None]]:
    """Steps and try-outs that belong to no goal and are done, the last first."""
    return db.session.execute(
        policy.steps_seen_by(person)
        .where(Step.goal_id.is_(None), Step.removed_at.is_(None), Step.done_at.is_not(None))
        .with_only_columns(Step.id, Step.name.label("name"), Step.kind, Step.done_at, Step.outcome)
        .order_by(Step.done_at.desc(), Step.id.desc())
        .limit(10)
    ).all()


def removed_alone(person: Person) -> Sequence[Row[int, str]]:
    """Steps of no goal that were removed and can be brought back, the last first: id and name."""
    return db.session.execute(
        policy.steps_seen_by(person)
        .where(Step.goal_id.is_(None), Step.removed_at.is_not(None))
        .with_only_columns(Step.id, Step.name.label("name"))
        .order_by(Step.removed_at.desc(), Step.id.desc())
        .limit(10)
    ).all()


def steps_of(goal: Goal) -> Sequence[Step]:
    """The steps of a goal in order, also those removed, which can be brought back."""
    return db.session.scalars(
        select(Step).where(Step.goal_id == goal.id).order_by(Step.place, Step.id)
    ).all()


def step(person: Person, step_id: int) -> Select[Step]:
    """One step of one's own, with its goal and the try-out before it."""
    return (
        policy.steps_seen_by(person)
        .where(Step.id == step_id)
        .options(
            joinedload(Step.goal).joinedload(Goal.work),
            joinedload(Step.follows),
        )
    )


def step_from(person: Person, text: str, url: str) -> Step | None:
    """The step somebody already made of these words from this page."""
    return db.session.scalars(
        policy.steps_seen_by(person)
        .where(
            Step.kind == StepKind.STEP,
            Step.text == text,
            Step.from_url == url,
            Step.removed_at.is_(None),
        )
        .limit(1)
    ).first()


def next_in_chain(step: Step) -> Row[int, str] | None:
    """The try-out that adapts this one, if there is one: id and title."""
    later = aliased(Step)
    return db.session.execute(
        select(later.id, later.title)
        .where(later.follows_id == step.id, later.removed_at.is_(None))
        .order_by(later.id)
        .limit(1)
    ).one_or_none()


def _waiting(person: Person, which: Any) -> list[DueStep]:
    return [DueStep(*row) for row in db.session.execute(_to_do(person.id, which))]


def _to_do(owner_id: int | BindParameter[int], which: Any) -> Select[*tuple[Any, ...]]:
    return (
        policy.steps_of(owner_id)
        .outerjoin(Goal, Goal.id == Step.goal_id)
        .outerjoin(Work, Work.id == Goal.work_id)
        .where(
            Step.is_to_do,
            Goal.is_open,  # or no goal at all: then both dates are missing, too
            which,
        )
        .with_only_columns(
            Step.id,
            Step.name,
            Step.kind,
            Step.due_on,
            Step.goal_id,
            Work.title,
            Step.from_title,
            Step.from_url,
        )
        .order_by(Step.due_on.is_(None), Step.due_on, Step.id)
        .limit(100)
    )


def evidence_of(goal: Goal) -> Sequence[Evidence]:
    """What was gathered for a goal, the oldest first, also what was removed."""
    return db.session.scalars(
        select(Evidence).where(Evidence.goal_id == goal.id).order_by(Evidence.added_at, Evidence.id)
    ).all()


def evidence(person: Person, goal: Goal, evidence_id: int) -> Select[Evidence]:
    """One piece of one's own evidence for a goal."""
    return policy.evidence_seen_by(person).where(
        Evidence.id == evidence_id, Evidence.goal_id == goal.id
    )
