"""Steps: added, changed, put in order, done and undone, removed and brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import SQLColumnExpression, func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.goals import policy
from pdportal.goals.models import Goal, Step, StepKind
from pdportal.goals.services.checks import (
    LONGEST_STEP,
    clean_text,
    lock_owner,
    require_open_goal,
    require_owner,
    source,
)
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused


def add_step(
    owner: Person,
    goal: Goal | None,
    text: str,
    *,
    due_on: date | None = None,
    from_title: str = "",
    from_url: str = "",
) -> Step:
    """One more thing to do, for a goal or on its own.

    Sent twice it is one step: the same words still to do, or the same words from the same page.
    """
    text = clean_text(text, "text", LONGEST_STEP, _("Say what you will do."))
    require_open_goal(owner, goal)
    from_title, from_url = source(from_title, from_url)
    values: dict[str, Any] = {"kind": StepKind.STEP, "text": text, "from_url": from_url}
    same = [*equals(**values), Step.removed_at.is_(None)]
    if not from_url:
        same += [*equals(goal_id=goal.id if goal else None, due_on=due_on), Step.is_to_do]
    values |= {"due_on": due_on, "from_title": from_title}
    return add_once(owner, goal, values, same=same, verb="added")


def change_step(
    owner: Person, step: Step, *, text: str, due_on: date | None, version: int | None = None
) -> Step:
    """Say a step in other words or move its date."""
    text = clean_text(text, "text", LONGEST_STEP, _("Say what you will do."))
    return change(owner, step, {"text": text, "due_on": due_on}, version)


def finish_step(owner: Person, step: Step) -> None:
    """A step is done. A try-out is done by looking back on it."""
    require_owner(owner, step)
    if step.kind is StepKind.TRYOUT:
        raise Refused(_("A try-out is done once you have looked back on it."))
    if step.done_at is None:
        step.done_at = clock.now()
        record(owner, "finished", step, goal=step.goal_id)


def undo_step(owner: Person, step: Step) -> None:
    """It is not done after all; what was written stays."""
    require_owner(owner, step)
    if step.done_at is not None:
        step.done_at = step.outcome = None
        step.version += 1
        record(owner, "undid", step, goal=step.goal_id)


def remove_step(owner: Person, step: Step) -> None:
    """Take a step off the list; it can be brought back."""
    require_owner(owner, step)
    if step.removed_at is None:
        step.removed_at = clock.now()
        record(owner, "removed", step, goal=step.goal_id)


def restore_step(owner: Person, step: Step) -> None:
    """Put a step back on the list."""
    require_owner(owner, step)
    if step.removed_at is not None:
        step.removed_at = None
        record(owner, "brought_back", step, goal=step.goal_id)


def move_step(owner: Person, step: Step, by: int) -> None:
    """Put a step one place up (-1) or down (1) among the steps of its goal."""
    require_owner(owner, step)
    if step.goal_id is None:
        return
    lock_owner(owner)
    steps = list(
        db.session.scalars(
            select(Step)
            .where(Step.goal_id == step.goal_id, Step.removed_at.is_(None))
            .order_by(Step.place, Step.id)
            .execution_options(populate_existing=True)
        )
    )
    if step not in steps:
        return
    before = steps.index(step)
    after = max(0, min(len(steps) - 1, before + (1 if by > 0 else -1)))
    steps.insert(after, steps.pop(before))
    for place, moved in enumerate(steps, start=1):
        moved.place = place
    if before != after:
        record(owner, "moved", step, goal=step.goal_id)


def change(owner: Person, step: Step, new: dict[str, Any], version: int | None) -> Step:
    """Write new words or a date on a step; raises `ChangedElsewhere`."""
    require_owner(owner, step)
    db.session.refresh(step, with_for_update={"of": Step})
    stored = {name: getattr(step, name) for name in new}
    if stored == new:
        return step  # sent twice
    check_version(version, step.version, stored)
    for name, value in new.items():
        setattr(step, name, value)
    step.version += 1
    db.session.flush()
    record(owner, "changed", step, goal=step.goal_id)
    return step


def add_once(
    owner: Person,
    goal: Goal | None,
    values: Mapping[str, Any],
    *,
    same: Iterable[SQLColumnExpression[bool]],
    verb: str,
    **details: Any,
) -> Step:
    """Add a step with these values, or give the one that is the `same`: the form was sent twice."""
    lock_owner(owner)
    sent_before = db.session.scalars(policy.steps_seen_by(owner).where(*same).limit(1)).first()
    if sent_before is not None:
        return sent_before
    goal_id = goal.id if goal else None
    step = Step(owner_id=owner.id, goal_id=goal_id, place=_next_place(goal), **values)
    db.session.add(step)
    db.session.flush()
    record(owner, verb, step, goal=goal_id, **details)
    return step


def equals(**values: Any) -> list[SQLColumnExpression[bool]]:
    """That a step has these values; None is a value, too."""
    return [getattr(Step, name).is_not_distinct_from(value) for name, value in values.items()]


def _next_place(goal: Goal | None) -> int:
    """The place after the last step of a goal."""
    if goal is None:
        return 0
    last = select(func.max(Step.place)).where(Step.goal_id == goal.id)
    return (db.session.scalar(last) or 0) + 1
