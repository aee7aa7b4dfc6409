"""Goals: begun, saved as numbered revisions with why, met or abandoned, opened again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.kinds import Field
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.feedback.works.queries import latest_revision
from pdportal.feedback.works.services import LONGEST, LONGEST_TITLE, clean, has_unsaved
from pdportal.goals import queries
from pdportal.goals.kind import GOAL, more_fields
from pdportal.goals.models import Goal, Step
from pdportal.goals.services.checks import LONGEST_TEXT, clean_text, require_owner
from pdportal.inbox.services import address, withdraw_pages
from pdportal.web.errors import Refused
from pdportal.web.requests import typed_id
from pdportal.web.typed import one_line

LONGEST_WHY = 2_000
_SENTENCE = re.compile(r"(?<=[.?!。？！])\s+")
NO_GOAL = "none"
"""The choice of a form for a step that belongs to no goal."""


def begin_goal(
    owner: Person,
    content: Mapping[str, str] | None = None,
    *,
    form_key: str | None = None,
    fields: Sequence[Mapping[str, Any]] | None = None,
) -> Goal:
    """A new goal as a draft; one form makes one goal, however often it is sent.

    `fields` are its boxes, where a module asks for them in words of its own.
    """
    wait_for_turn(owner)
    if form_key:
        sent_before = db.session.scalars(queries.goal_from_form(owner, form_key)).one_or_none()
        if sent_before is not None:
            return sent_before
    content = content or {}
    work = work_services.begin_work(
        owner,
        GOAL.name,
        _title(content),
        fields=_filled(fields or GOAL.fields(), content),
        content=content,
        longest_title=LONGEST,
    )
    goal = Goal(owner_id=owner.id, work=work, form_key=form_key)
    db.session.add(goal)
    db.session.flush()
    return goal


def boxes_of(goal: Goal | None) -> list[Field]:
    """What a form asks of a goal: its fields, then those that it may have as well."""
    fields: list[Field] = list(goal.work.fields) if goal else GOAL.fields()
    keys = {field["key"] for field in fields}
    return [*fields, *(more for more in more_fields() if more["key"] not in keys)]


def goal_of(work: Work) -> Goal | None:
    """The goal whose words a work is; None for any other work."""
    return db.session.scalars(select(Goal).where(Goal.work_id == work.id)).one_or_none()


def save_words(
    owner: Person, goal: Goal, content: Mapping[str, str], *, why: str = "", version: int
) -> Draft:
    """Keep what is being typed; raises `ChangedElsewhere`."""
    require_owner(owner, goal)
    goal.work.fields = _filled(goal.work.fields, content)
    draft = work_services.save_draft(owner, goal.work, content, why=_why(why), version=version)
    if goal.kept_at is None:
        work_services.retitle(owner, goal.work, _title(draft.content), LONGEST)
    return draft


def keep_goal(
    owner: Person,
    goal: Goal,
    content: Mapping[str, str],
    *,
    why: str = "",
    version: int | None = None,
) -> Revision:
    """Make what is written the goal's next revision; from the second on it says why it changed.

    Sent twice it is one revision. With a `version`, raises `ChangedElsewhere`.
    """
    require_owner(owner, goal)
    why = _why(why)
    goal.work.fields = _filled(goal.work.fields, content)
    latest = latest_revision(goal.work)
    keys = [str(field["key"]) for field in goal.work.fields]
    new = {key: clean(content.get(key, "")).strip() for key in keys}
    if latest is not None and latest.content == new and latest.why in {why, ""}:
        if version is not None and not has_unsaved(goal.work):
            return latest
    elif latest is not None and _words(latest.content) != _words(new) and not why:
        raise Refused(
            _("Say in a few words why you changed it. It will help you when you look back."),
            status=422,
            field="reason",
        )
    if not new.get("change"):
        raise Refused(
            _("Say what will change for students; the rest can wait."), status=422, field="change"
        )
    if version is not None:
        work_services.save_draft(owner, goal.work, content, why=why, version=version)
    revision = work_services.save_revision(owner, goal.work, why=why, content=content)
    work_services.retitle(owner, goal.work, _title(revision.content), LONGEST)
    if goal.kept_at is None:
        goal.kept_at = clock.now()
        record(owner, "set", goal)
    return revision


def drop_changes(owner: Person, goal: Goal) -> None:
    """Write on from the words as they were kept last."""
    require_owner(owner, goal)
    latest, draft = latest_revision(goal.work), goal.work.draft
    if latest is not None and draft is not None:
        work_services.save_draft(owner, goal.work, latest.content, version=draft.version)


def close_goal(owner: Person, goal: Goal, words: str = "", *, met: bool) -> None:
    """Close a goal as met, or because it is no longer the right one; a draft is archived."""
    require_owner(owner, goal)
    if met and goal.kept_at is None:
        raise Refused(_("Save the goal first."))
    words = clean_text(words, "words", LONGEST_TEXT)
    if not goal.is_open:
        if (goal.met_at is not None, goal.closing) == (met, words):
            return  # sent twice
        raise Refused(_("This goal was closed in another window. Open it again to change that."))
    goal.closing = words
    if met:
        goal.met_at = clock.now()
    else:
        goal.abandoned_at = clock.now()
        if goal.kept_at is None:
            work_services.archive(owner, goal.work)
    reminded = select(Step.id).where(Step.goal_id == goal.id, Step.reminded > 0)
    pages = (address("goals.edit_step", step_id=each) for each in db.session.scalars(reminded))
    withdraw_pages(pages)  # nobody reads that a step is due of a goal that is closed
    record(owner, "met" if met else "abandoned", goal)


def reopen_goal(owner: Person, goal: Goal) -> None:
    """Open a closed goal again."""
    require_owner(owner, goal)
    if goal.is_open:
        return
    goal.met_at = goal.abandoned_at = None
    if goal.work.put_away_at is not None:
        work_services.restore(owner, goal.work)
    record(owner, "reopened", goal)


def goal_named(owner: Person, chosen: str) -> Goal | None:
    """The open goal that a form's choice names by its id; NO_GOAL and "" name none.

    Anything else is refused at the box `goal`.
    """
    if chosen in {"", NO_GOAL}:
        return None
    goal = queries.open_goal(owner, typed_id(chosen))
    if goal is None:
        raise Refused(_("Choose one of your goals."), status=422, field="goal")
    return goal


def _filled(fields: Sequence[Mapping[str, Any]], content: Mapping[str, str]) -> list[Any]:
    """The fields of a work, and of those it may have as well the ones that have words."""
    keys = {field["key"] for field in fields}
    more = (field for field in more_fields() if field["key"] not in keys)
    return [*fields, *(field for field in more if content.get(field["key"], "").strip())]


def _why(why: str) -> str:
    return clean_text(why, "reason", LONGEST_WHY)


def _words(content: Mapping[str, str]) -> dict[str, list[str]]:
    return {key: text.split() for key, text in content.items() if text.split()}


def _title(content: Mapping[str, str]) -> str:
    """A goal is called by what changes: whole if that is short, else by its first sentence."""
    words = one_line(content.get("change", ""))
    if not words:
        return _("A goal")
    return words if len(words) <= LONGEST_TITLE else _SENTENCE.split(words, maxsplit=1)[0]
