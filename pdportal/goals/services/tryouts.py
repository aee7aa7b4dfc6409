"""Try-outs: taken up with a plan and a prediction, looked back on, adapted in a chain."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.goals.models import Goal, Outcome, Step, StepKind
from pdportal.goals.services.checks import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    clean_text,
    require_open_goal,
    require_owner,
    source,
)
from pdportal.goals.services.steps import add_once, change, equals
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
    """Plan something to try in class; sent twice it is one try-out.

    `after` is the try-out that it adapts.
    """
    words = _words(title, text, plan, prediction)
    require_open_goal(person, goal)
    if after is not None:
        require_owner(person, after)
    from_title, from_url = source(from_title, from_url)
    values: dict[str, Any] = {
        **words,
        "kind": StepKind.TRYOUT,
        "due_on": due_on,
        "from_url": from_url,
        "follows_id": after.id if after else None,
    }
    same = [*equals(goal_id=goal.id if goal else None, **values), Step.is_to_do]
    values["from_title"] = from_title
    return add_once(person, goal, values, same=same, verb="took_up", after=values["follows_id"])


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
    happened = clean_text(happened, "happened", LONGEST_TEXT)
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
    happened = clean_text(
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
    require_owner(owner, step)
    if step.kind is not StepKind.TRYOUT:
        raise Refused(_("Only a try-out has a look back."))


def _words(title: str, text: str, plan: str, prediction: str) -> dict[str, str]:
    title = " ".join(title.split())
    return {
        "title": clean_text(title, "title", LONGEST_TITLE, _("Say what you will try.")),
        "text": clean_text(text, "text", LONGEST_TEXT),
        "plan": clean_text(plan, "plan", LONGEST_TEXT, _("Say how you will try it.")),
        "prediction": clean_text(prediction, "prediction", LONGEST_TEXT),
    }
