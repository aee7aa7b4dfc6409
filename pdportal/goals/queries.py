"""What pages about goals, steps and evidence read: all of it is the owner's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.accounts.queries import ANYBODY
from pdportal.db import db, fetch_all
from pdportal.feedback.works.models import Work
from pdportal.goals import policy
from pdportal.goals.models import Focus, Goal, Step, StepKind


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
    is_focus: bool
    """Whether this step was chosen as the one to work on now."""
    in_all: int = 1
    """How many goals there are."""


def goals_with_next_step(person: Person, most: int = 100) -> list[NextStep]:
    """The goals somebody works on, each with the first step to do; what is due first is first."""
    rows = fetch_all(_open_goals(), {"person_id": person.id, "most": most})
    return [NextStep(*row) for row in rows]


@cache
def _open_goals() -> Select[*tuple[Any, ...]]:
    """Built once: every first screen asks it."""
    is_focus = Focus.is_on_step_of(ANYBODY)
    to_do = select(Step.id).where(Step.goal_id == Goal.id, Step.is_to_do).correlate(Goal)
    chosen = to_do.where(Step.id == Focus.step_of(ANYBODY)).scalar_subquery()
    first = to_do.order_by(Step.place, Step.id).limit(1).scalar_subquery()
    order = Goal.is_draft, ~is_focus, Step.due_on.is_(None), Step.due_on
    open_ = policy.goals_seen_by(ANYBODY).where(Goal.is_open)
    in_all = open_.with_only_columns(func.count()).scalar_subquery()
    few = (
        open_.outerjoin(Step, Step.id == func.coalesce(chosen, first))
        .with_only_columns(Goal.id, Step.id.label("step_id"))
        .order_by(*order, Goal.id.desc())
        .limit(bindparam("most"))
        .subquery()
    )
    return (
        select(
            *(Goal.id, Work.title, ~Goal.is_draft, _count(done=True), _count()),
            *(Step.id, Step.name, Step.kind, Step.due_on, is_focus),
            in_all,
        )
        .select_from(few)
        .join(Goal, Goal.id == few.c.id)
        .join(Work, Work.id == Goal.work_id)
        .outerjoin(Step, Step.id == few.c.step_id)
        .order_by(*order, Goal.id.desc())
    )


def closed_goals(person: Person) -> Sequence[Row[*tuple[Any, ...]]]:
    """Goals met or abandoned, the last first, with their steps done and in all."""
    columns = Work.title, Goal.met_at, _count(done=True).label("done"), _count().label("total")
    return db.session.execute(
        policy.goals_seen_by(person)
        .join(Work, Work.id == Goal.work_id)
        .where(~Goal.is_open)
        .with_only_columns(Goal.id.label("goal_id"), *columns)
        .order_by(func.coalesce(Goal.met_at, Goal.abandoned_at).desc(), Goal.id.desc())
        .limit(100)
    ).all()


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
    """One goal of one's own, by its work, or by the work that has its files."""
    return _own_goal(person, or_(Goal.work_id == work_id, Goal.files_id == work_id))


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
