"""What pages read of steps and try-outs: all of it is the owner's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import ScalarSelect, Select, bindparam, func, or_, select, true, union
from sqlalchemy.orm import joinedload

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.queries import ANYBODY
from pdportal.db import db, fetch_all
from pdportal.feedback.works.models import Work
from pdportal.goals import policy
from pdportal.goals.models import Focus, Goal, Step, StepKind
from pdportal.web.locale import zone_here

_NAMED = joinedload(Step.goal).joinedload(Goal.work)


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
    is_focus: bool
    in_all: int = 1
    """How many are due."""

    @property
    def url(self) -> str:
        """Where it is done: a try-out has its page, a step stands with its goal."""
        if self.kind is StepKind.TRYOUT:
            return url_for("goals.tryout_page", step_id=self.step_id)
        if self.goal_id:
            return url_for("goals.goal_page", goal_id=self.goal_id)
        return url_for("goals.goal_list")


def open_steps(person: Person, most: int = 300) -> Sequence[Step]:
    """What is still to do, with its goal; the one to work on now comes first: that which was
    chosen, else what is due first."""
    steps = _to_do(person).options(_NAMED).limit(most)
    return db.session.scalars(steps).all()


def steps_due(person: Person, within_days: int = 7, most: int = 30) -> list[DueStep]:
    """Steps overdue or due soon, and the one in focus, that first; none of a closed goal."""
    until = clock.today(zone_here()) + timedelta(days=within_days)
    rows = fetch_all(_due(), {"person_id": person.id, "until": until, "most": most})
    return [DueStep(*row) for row in rows]


@cache
def _due() -> Select[*tuple[Any, ...]]:
    """Built once, likewise."""
    is_focus = Focus.is_on_step_of(ANYBODY)
    to_do = _to_do(ANYBODY).with_only_columns(Step.id).order_by(None).limit(None)
    chosen = to_do.where(Step.id == Focus.step_of(ANYBODY))
    due = to_do.where(Step.due_on <= bindparam("until"))
    # By itself, what is due is found in the order of an index.
    first = due.order_by(Step.due_on, Step.id).limit(bindparam("most")).subquery()
    few = union(chosen, select(first.c.id)).subquery()
    later = chosen.where(func.coalesce(Step.due_on > bindparam("until"), true()))
    in_all = _count(due) + _count(later)
    return (
        select(
            *(Step.id, Step.name, Step.kind, Step.due_on, Step.goal_id, Work.title),
            *(Step.from_title, Step.from_url, is_focus, in_all),
        )
        .select_from(few)
        .join(Step, Step.id == few.c.id)
        .outerjoin(Goal, Goal.id == Step.goal_id)
        .outerjoin(Work, Work.id == Goal.work_id)
        .order_by(*_in_order(ANYBODY))
        .limit(bindparam("most"))
    )


def _count(steps: Select[int]) -> ScalarSelect[int]:
    return steps.with_only_columns(func.count()).scalar_subquery()


def settled_alone(person: Person) -> Sequence[Step]:
    """Steps of no goal that are done, or were removed and can be brought back; the last first."""
    return db.session.scalars(
        policy.steps_seen_by(person)
        .where(Step.goal_id.is_(None), ~Step.is_to_do)
        .order_by(func.coalesce(Step.removed_at, Step.done_at).desc(), Step.id.desc())
        .limit(20)
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
        .options(_NAMED, joinedload(Step.follows))
    )


def chain_of(step: Step) -> list[Step]:
    """The tries that a try-out belongs to, each adapting one before it, in their order."""
    tries = db.session.scalars(
        select(Step)
        .where(Step.owner_id == step.owner_id, Step.kind == StepKind.TRYOUT)
        .where(or_(Step.removed_at.is_(None), Step.id == step.id))
        .order_by(Step.id)
    ).all()
    by_id = {each.id: each for each in tries}
    first = step
    while first.follows_id in by_id:
        first = by_id[first.follows_id]
    chain = {first.id: first}
    for each in tries:  # a try is later than the one it adapts
        if each.follows_id in chain:
            chain[each.id] = each
    return list(chain.values())


def steps_from(person: Person, url: str) -> Sequence[Step]:
    """The steps that somebody made from a page, or from a place on it."""
    is_from = or_(Step.from_url == url, Step.from_url.startswith(f"{url}#", autoescape=True))
    return db.session.scalars(
        policy.steps_seen_by(person)
        .where(
            Step.owner_id == person.id,
            Step.kind == StepKind.STEP,
            is_from,
            Step.removed_at.is_(None),
        )
        .order_by(Step.id)
        .limit(100)
    ).all()


def _to_do(person: Person) -> Select[Step]:
    """What is still to do and of no closed goal, the one in focus first."""
    return (
        policy.steps_seen_by(person)
        .outerjoin(Goal, Goal.id == Step.goal_id)
        .where(Step.is_to_do, Goal.is_open)  # or no goal at all: then both dates are missing, too
        .order_by(*_in_order(person))
        .limit(100)
    )


def _in_order(person: Person) -> tuple[Any, ...]:
    return ~Focus.is_on_step_of(person), Step.due_on.is_(None), Step.due_on, Step.id
