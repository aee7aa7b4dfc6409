"""Reminders of steps: of those whose owner asked for it, a few times, while it can still help."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Away, Person
from pdportal.db import db
from pdportal.goals.models import Goal, Step
from pdportal.inbox.services import address, notify
from pdportal.web.locale import portal_zone

MOST = 3
"""Reminders of one date of one step."""
AGAIN_AFTER = timedelta(days=7)
TOO_LATE = timedelta(days=21)
"""After that a step that was not done is on its list, and nobody is reminded of it."""


def remind_of_steps() -> None:
    """Remind owners of steps whose day has come near; nobody who is away, or has done it."""
    today = clock.today(portal_zone())
    asked = db.session.scalars(
        select(Step)
        .join(Person, Person.id == Step.owner_id)
        .outerjoin(Goal, Goal.id == Step.goal_id)
        .where(
            Step.is_to_do,
            Goal.is_open,
            Step.remind_before.is_not(None),
            Step.due_on.between(today - TOO_LATE, today + timedelta(days=7)),
            Step.reminded < MOST,
            Person.active,
            Person.id.not_in(select(Away.person_id).where(Away.on(today))),
        )
        .with_for_update(of=Step)
    )
    for step in asked.all():
        begins = step.due_on - timedelta(days=step.remind_before or 0) if step.due_on else None
        again = step.reminded_on is None or step.reminded_on + AGAIN_AFTER <= today
        if begins and begins <= today and again:
            step.reminded, step.reminded_on = step.reminded + 1, today
            day = step.due_on.isoformat() if step.due_on else ""
            notify(
                step.owner_id, "goal_step_due", address("goals.edit_step", step_id=step.id), day=day
            )
