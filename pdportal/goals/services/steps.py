"""Steps: added, changed, put in order, done and undone, removed and brought back."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.goals.models import Goal, Step, StepKind
from pdportal.goals.services.words import LONGEST_STEP, own, source, take_turn, tidy, to_work_on
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
    text = tidy(text, "text", LONGEST_STEP, _("Say what you will do."))
    to_work_on(owner, goal)
    from_title, from_url = source(from_title, from_url)
    take_turn(owner)
    same = select(Step).where(
        Step.owner_id == owner.id,
        Step.kind == StepKind.STEP,
        Step.text == text,
        Step.from_url == from_url,
        Step.removed_at.is_(None),
    )
    if not from_url:
        same = same.where(
            Step.goal_id == goal.id if goal else Step.goal_id.is_(None),
            Step.due_on == due_on if due_on else Step.due_on.is_(None),
            Step.done_at.is_(None),
        )
    if (there := db.session.scalars(same.limit(1)).first()) is not None:
        return there
    step = Step(
        owner_id=owner.id,
        goal_id=goal.id if goal else None,
        place=next_place(goal),
        text=text,
        due_on=due_on,
        from_title=from_title,
        from_url=from_url,
    )
    db.session.add(step)
    db.session.flush()
    record(owner, "added", step, goal=step.goal_id)
    return step


def change_step(
    owner: Person, step: Step, *, text: str, due_on: date | None, version: int | None = None
) -> Step:
    """Say a step in other words or move its date."""
    text = tidy(text, "text", LONGEST_STEP, _("Say what you will do."))
    return change(owner, step, {"text": text, "due_on": due_on}, version)


def finish_step(owner: Person, step: Step) -> None:
    """A step is done. A try-out is done by looking back on it."""
    own(owner, step)
    if step.kind is StepKind.TRYOUT:
        raise Refused(_("A try-out is done once you have looked back on it."))
    if step.done_at is None:
        step.done_at = clock.now()
        record(owner, "finished", step, goal=step.goal_id)


def undo_step(owner: Person, step: Step) -> None:
    """It is not done after all; what was written stays."""
    own(owner, step)
    if step.done_at is not None:
        step.done_at = step.outcome = None
        step.version += 1
        record(owner, "undid", step, goal=step.goal_id)


def remove_step(owner: Person, step: Step) -> None:
    """Take a step off the list; it can be brought back."""
    own(owner, step)
    if step.removed_at is None:
        step.removed_at = clock.now()
        record(owner, "removed", step, goal=step.goal_id)


def bring_back(owner: Person, step: Step) -> None:
    """Put a step back on the list."""
    own(owner, step)
    if step.removed_at is not None:
        step.removed_at = None
        record(owner, "brought_back", step, goal=step.goal_id)


def move_step(owner: Person, step: Step, by: int) -> None:
    """Put a step one place up (-1) or down (1) among the steps of its goal."""
    own(owner, step)
    if step.goal_id is None:
        return
    take_turn(owner)
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
    here = steps.index(step)
    there = max(0, min(len(steps) - 1, here + (1 if by > 0 else -1)))
    steps.insert(there, steps.pop(here))
    for place, one in enumerate(steps, start=1):
        one.place = place
    if here != there:
        record(owner, "moved", step, goal=step.goal_id)


def change(owner: Person, step: Step, new: dict[str, Any], version: int | None) -> Step:
    """Write new words or a date on a step; raises `ChangedElsewhere`."""
    own(owner, step)
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


def next_place(goal: Goal | None) -> int:
    """The place after the last step of a goal."""
    if goal is None:
        return 0
    last = select(func.max(Step.place)).where(Step.goal_id == goal.id)
    return (db.session.scalar(last) or 0) + 1
