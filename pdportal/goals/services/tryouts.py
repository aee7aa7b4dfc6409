"""Try-outs: taken up with a plan and a prediction, looked back on, adapted in a chain."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.goals.models import Goal, Outcome, Step, StepKind
from pdportal.goals.services.steps import change, next_place
from pdportal.goals.services.words import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    own,
    source,
    take_turn,
    tidy,
    to_work_on,
)
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused


def take_up_tryout(
    person: Person,
    *,
    title: str,
    text: str = "",
    plan: str,
    prediction: str = "",
    due_on: date | None = None,
    goal: Goal | None = None,
    from_title: str = "",
    from_url: str = "",
    after: Step | None = None,
) -> Step:
    """Something to try in class: what, a plan, what one expects, and when; sent twice it is one.

    `after` is the try-out it adapts.
    """
    words = _words(title, text, plan, prediction)
    to_work_on(person, goal)
    if after is not None:
        own(person, after)
    from_title, from_url = source(from_title, from_url)
    take_turn(person)
    there = db.session.scalars(
        select(Step)
        .filter_by(**words)
        .where(
            Step.owner_id == person.id,
            Step.kind == StepKind.TRYOUT,
            Step.goal_id == goal.id if goal else Step.goal_id.is_(None),
            Step.due_on == due_on if due_on else Step.due_on.is_(None),
            Step.follows_id == after.id if after else Step.follows_id.is_(None),
            Step.from_url == from_url,
            Step.done_at.is_(None),
            Step.removed_at.is_(None),
        )
        .limit(1)
    ).first()
    if there is not None:
        return there
    step = Step(
        owner_id=person.id,
        goal_id=goal.id if goal else None,
        kind=StepKind.TRYOUT,
        place=next_place(goal),
        due_on=due_on,
        from_title=from_title,
        from_url=from_url,
        follows_id=after.id if after else None,
        **words,
    )
    db.session.add(step)
    db.session.flush()
    record(person, "took_up", step, goal=step.goal_id, after=step.follows_id)
    return step


def change_tryout(
    owner: Person,
    step: Step,
    *,
    title: str,
    text: str = "",
    plan: str,
    prediction: str,
    due_on: date | None,
    version: int | None = None,
) -> Step:
    """Plan a try-out in other words, or for another day."""
    words = _words(title, text, plan, prediction)
    return change(owner, step, {**words, "due_on": due_on}, version)


def save_looking_back(owner: Person, step: Step, happened: str, *, version: int) -> Step:
    """Keep what is being typed about how it went; raises `ChangedElsewhere`."""
    _tryout(owner, step)
    happened = tidy(happened, "happened", LONGEST_TEXT)
    db.session.refresh(step, with_for_update={"of": Step})
    if step.happened == happened:
        return step
    check_version(version, step.version, {"happened": step.happened})
    step.happened = happened
    step.version += 1
    db.session.flush()
    return step


def look_back(
    owner: Person, step: Step, *, happened: str, outcome: Outcome, version: int | None = None
) -> Step:
    """Say what happened, and whether to adopt, adapt or abandon it; then it is done."""
    _tryout(owner, step)
    happened = tidy(
        happened, "happened", LONGEST_TEXT, _("Say what happened; one sentence is enough.")
    )
    db.session.refresh(step, with_for_update={"of": Step})
    if step.outcome is outcome and step.happened == happened:
        return step  # sent twice
    check_version(version, step.version, {"happened": step.happened, "outcome": step.outcome})
    first = step.done_at is None
    step.happened = happened
    step.done_at = step.done_at or clock.now()
    step.outcome = outcome
    step.version += 1
    db.session.flush()
    record(
        owner,
        "looked_back" if first else "changed",
        step,
        goal=step.goal_id,
        outcome=outcome.value,
    )
    return step


def _tryout(owner: Person, step: Step) -> None:
    own(owner, step)
    if step.kind is not StepKind.TRYOUT:
        raise Refused(_("Only a try-out is looked back on."))


def _words(title: str, text: str, plan: str, prediction: str) -> dict[str, str]:
    title = " ".join(title.split())
    return {
        "title": tidy(title, "title", LONGEST_TITLE, _("Say what you will try.")),
        "text": tidy(text, "text", LONGEST_TEXT),
        "plan": tidy(plan, "plan", LONGEST_TEXT, _("Say how you will try it.")),
        "prediction": tidy(prediction, "prediction", LONGEST_TEXT),
    }
