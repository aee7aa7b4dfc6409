"""Reminders of steps: of those whose owner asked for it."""

from __future__ import annotations

from sqlalchemy import select

from pdportal.goals.models import Goal, Step
from pdportal.inbox.reminders import reminders_due
from pdportal.inbox.services import address, notify


def remind_of_steps() -> None:
    """Remind owners of steps whose day has come near, unless they have done it."""
    asked = (
        select(Step)
        .outerjoin(Goal, Goal.id == Step.goal_id)
        .where(Step.is_to_do, Goal.is_open, Step.remind_before.is_not(None))
    )
    for step in reminders_due(asked, Step, Step.due_on, Step.owner_id):
        page = address("goals.edit_step", step_id=step.id)
        notify(step.owner_id, "goal_step_due", page, day=step.due_on.isoformat())
