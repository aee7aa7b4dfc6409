"""Steps and try-outs: added, changed, put in order, done and undone, removed and brought back.

A try-out is a step that is carried out in class: it has a plan and a prediction, it is done by
looking back on it, and the next one may adapt it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.goals import policy
from pdportal.goals.models import Focus, Goal, Outcome, Step, StepKind
from pdportal.goals.services.checks import (
    LONGEST_STEP,
    LONGEST_TEXT,
    LONGEST_TITLE,
    clean_text,
    require_open_goal,
    require_owner,
    source,
)
from pdportal.inbox.services import address, withdraw
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused


def add_step(
    owner: Person,
    goal: Goal | None,
    text: str,
    *,
    from_url: str = "",
    **more: Any,
) -> Step:
    """One more thing to do, for a goal or on its own; `more` is as in `_add_once`.

    Sent twice it is one step: the same words still to do, or the same words from the same page.
    """
    values = _words(StepKind.STEP, {"text": text})
    return _add_once(owner, goal, values, "added", from_url=from_url, **more)


def take_up_tryout(
    person: Person,
    *,
    title: str,
    text: str = "",
    plan: str,
    prediction: str = "",
    measure: str = "",
    goal: Goal | None = None,
    after: Step | None = None,
    **more: Any,
) -> Step:
    """Plan something to try in class; sent twice it is one try-out.

    `after` is the try-out that it adapts; `more` is as in `_add_once`.
    """
    typed = {"title": title, "text": text, "plan": plan}
    typed |= {"prediction": prediction, "measure": measure}
    values = _words(StepKind.TRYOUT, typed)
    if after is not None:
        require_owner(person, after)
    values["follows_id"] = after.id if after else None
    return _add_once(person, goal, values, "took_up", **more)


def add_design_cycle(owner: Person, goal: Goal) -> None:
    """Add the five steps to a goal; sent twice they are there once. Their owner changes them."""
    for text in (
        _("Listen: ask three students what this is like for them, and watch one lesson for it."),
        _("Say in one sentence what they need, from their side: “They need … because …”."),
        _("Think up five ways, the odd ones too. Choose one that one lesson can test."),
        _("Make the smallest version of it: a slip, a question on the board, a seat moved."),
    ):
        add_step(owner, goal, text)
    take_up_tryout(
        owner,
        title=_("Try it with one class"),
        plan=_("Which class, which lesson, what exactly. Show it to students as a draft."),
        goal=goal,
    )


def change_step(
    owner: Person,
    step: Step,
    words: Mapping[str, str],
    due_on: date | None,
    version: int | None = None,
    *,
    goal: Goal | None,
    remind_before: int | None = None,
) -> Step:
    """Say a step or the plan of a try-out in other words, move its date, or give it a goal.

    `words` has what its kind is made of: `text`, or `title`, `plan` and `prediction`. Raises
    `ChangedElsewhere`; None for `version` compares nothing.
    """
    require_owner(owner, step)
    new = {**_words(step.kind, words), "due_on": due_on, "goal_id": goal.id if goal else None}
    new["remind_before"] = remind_before
    if (step.due_on, step.remind_before) != (due_on, remind_before):
        _take_reminder_back(step)
        new |= {"reminded": 0, "reminded_on": None}
    if step.goal_id != new["goal_id"]:
        require_open_goal(owner, goal)
        new["place"] = _last_place(goal.id if goal else None)
    if replace_values(step, new, version):
        record(owner, "changed", step, goal=step.goal_id)
    return step


def focus_on(owner: Person, step: Step) -> None:
    """Make this the one step that somebody works on now, in the place of any other."""
    require_owner(owner, step)
    require_open_goal(owner, step.goal)
    if step.done_at or step.removed_at:
        raise Refused(_("This step is done or removed. Choose one that is still to do."))
    wait_for_turn(owner)
    focus = db.session.get(Focus, owner.id)
    if focus is None or focus.step_id != step.id:
        db.session.merge(Focus(person_id=owner.id, step_id=step.id))
        record(owner, "focused", step, goal=step.goal_id)


def finish_step(owner: Person, step: Step) -> None:
    """A step is done. A try-out is done by looking back on it."""
    require_owner(owner, step)
    if step.kind is StepKind.TRYOUT:
        raise Refused(_("A try-out is done once you have looked back on it."))
    if step.done_at is None:
        step.done_at = clock.now()
        _note(owner, "finished", step)


def save_looking_back(
    owner: Person, step: Step, happened: str, learned: str = "", *, version: int
) -> int:
    """Keep what is being typed about how it went; gives its version, raises `ChangedElsewhere`."""
    _require_tryout(owner, step)
    texts = {"happened": happened, "learned": learned}
    new = {name: clean_text(text, name, LONGEST_TEXT) for name, text in texts.items()}
    replace_values(step, new, version)
    return step.version


def look_back(
    owner: Person,
    step: Step,
    *,
    happened: str,
    learned: str = "",
    outcome: Outcome,
    version: int | None = None,
) -> Step:
    """Say what happened, and whether to adopt, adapt or abandon it; then it is done."""
    _require_tryout(owner, step)
    missing = _("Say what happened; one sentence is enough.")
    happened = clean_text(happened, "happened", LONGEST_TEXT, missing)
    learned = clean_text(learned, "learned", LONGEST_TEXT)
    new = {"happened": happened, "learned": learned, "outcome": outcome}
    if replace_values(step, new, version):
        verb = "changed" if step.done_at else "looked_back"
        step.done_at = step.done_at or clock.now()
        _note(owner, verb, step, outcome=outcome.value)
    return step


def undo_step(owner: Person, step: Step) -> None:
    """It is not done after all; what was written stays."""
    require_owner(owner, step)
    if step.done_at is not None:
        step.done_at = step.outcome = None
        step.version += 1
        _note(owner, "undid", step)


def remove_step(owner: Person, step: Step) -> None:
    """Take a step off the list; it can be brought back."""
    require_owner(owner, step)
    if step.removed_at is None:
        step.removed_at = clock.now()
        _note(owner, "removed", step)


def restore_step(owner: Person, step: Step) -> None:
    """Put a step back on the list."""
    require_owner(owner, step)
    if step.removed_at is not None:
        step.removed_at = None
        _note(owner, "brought_back", step)


def move_step(owner: Person, step: Step, by: int) -> None:
    """Put a step one place up (-1) or down (1) among the steps of its goal."""
    require_owner(owner, step)
    if step.goal_id is None:
        return
    wait_for_turn(owner)
    on_list = select(Step).where(Step.goal_id == step.goal_id, Step.removed_at.is_(None))
    in_order = on_list.order_by(Step.place, Step.id).execution_options(populate_existing=True)
    steps = list(db.session.scalars(in_order))
    if step not in steps:
        return
    before = steps.index(step)
    after = max(0, min(len(steps) - 1, before + by))
    steps.insert(after, steps.pop(before))
    for place, moved in enumerate(steps, start=1):
        moved.place = place
    if before != after:
        record(owner, "moved", step, goal=step.goal_id)


def _note(owner: Person, verb: str, step: Step, **more: str) -> None:
    """Record it; no inbox and no digest says that a step is due which is done, removed or moved."""
    if step.done_at or step.removed_at:
        _take_reminder_back(step)
    record(owner, verb, step, goal=step.goal_id, **more)


def _take_reminder_back(step: Step) -> None:
    if step.reminded:
        withdraw(step.owner_id, address("goals.edit_step", step_id=step.id))


def _words(kind: StepKind, typed: Mapping[str, str]) -> dict[str, Any]:
    """The kind and the texts it is made of, each as long as it may be and none missing."""
    if kind is StepKind.STEP:
        text = clean_text(typed["text"], "text", LONGEST_STEP, _("Say what you will do."))
        return {"kind": kind, "text": text}
    missing = {"title": _("Say what you will try."), "plan": _("Say how you will try it.")}
    longest = {"title": LONGEST_TITLE}
    words: dict[str, Any] = {
        name: clean_text(text, name, longest.get(name, LONGEST_TEXT), missing.get(name, ""))
        for name, text in typed.items()
    }
    return {**words, "title": " ".join(words["title"].split()), "kind": kind}


def _add_once(
    owner: Person,
    goal: Goal | None,
    values: dict[str, Any],
    verb: str,
    *,
    due_on: date | None = None,
    remind_before: int | None = None,
    from_title: str = "",
    from_url: str = "",
) -> Step:
    """Add a step with these values, or give the one that has them: the form was sent twice.

    A step that came from a page is known by that and its words, also when it is done.
    """
    require_open_goal(owner, goal)
    from_title, from_url = source(from_title, from_url)
    values |= {"goal_id": goal.id if goal else None, "due_on": due_on, "from_url": from_url}
    wait_for_turn(owner)
    once_a_page = bool(from_url) and verb == "added"
    same = ("kind", "text", "from_url") if once_a_page else tuple(values)
    before = policy.steps_seen_by(owner).where(
        Step.removed_at.is_(None) if once_a_page else Step.is_to_do,
        *(getattr(Step, name).is_not_distinct_from(values[name]) for name in same),
    )
    step = db.session.scalars(before.limit(1)).first()
    if step is not None:
        return step
    step = Step(owner_id=owner.id, remind_before=remind_before, from_title=from_title, **values)
    step.place = _last_place(step.goal_id)
    db.session.add(step)
    db.session.flush()
    after = {"after": values["follows_id"]} if "follows_id" in values else {}
    record(owner, verb, step, goal=step.goal_id, **after)
    return step


def _last_place(goal_id: int | None) -> int:
    """The place after all steps of a goal; steps without one have no order."""
    if goal_id is None:
        return 0
    return (db.session.scalar(select(func.max(Step.place)).where(Step.goal_id == goal_id)) or 0) + 1


def _require_tryout(owner: Person, step: Step) -> None:
    require_owner(owner, step)
    if step.kind is not StepKind.TRYOUT:
        raise Refused(_("Only a try-out has a look back."))
