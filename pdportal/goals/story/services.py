"""What prompted a version of a goal, and what of a goal its owner agrees to show on a poster."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.works.models import Revision
from pdportal.goals.models import Goal, GoalCause
from pdportal.goals.services.checks import require_owner
from pdportal.goals.story.queries import Story, possible_causes, story_of
from pdportal.web.errors import Refused

PARTS = ("why", "now", "where", "know", "others", "beginning", "steps", "name")
"""What a poster can show beside what will change; evidence is chosen piece by piece."""


def name_cause(owner: Person, goal: Goal, revision: Revision, key: str) -> None:
    """Say what prompted a version, by the key of a `Cause`; "" says nothing.

    Raises `Refused` (422) for what is not among the possible causes.
    """
    require_owner(owner, goal)
    if not key:
        return
    if key not in {cause.key for cause in possible_causes(goal)}:
        raise Refused(_("Choose one of these."), status=422, field="cause")
    kind, _dash, ident = key.partition("-")
    cause = GoalCause(revision_id=revision.id, comment_id=None, evidence_id=None, step_id=None)
    setattr(cause, f"{kind}_id", int(ident))
    db.session.merge(cause)


def agree_to_poster(
    owner: Person, goal: Goal, parts: Collection[str], evidence: Collection[int], *, agreed: bool
) -> None:
    """Choose what a poster shows of a goal as it is now, and agree to just that."""
    require_owner(owner, goal)
    story = story_of(goal)
    if not story.revisions:
        raise Refused(_("Save the goal first."))
    if not agreed:
        message = _("Please look once more who could be recognized, then agree.")
        raise Refused(message, status=422, field="agreed")
    chosen = {"parts": [part for part in PARTS if part in parts], "evidence": sorted(evidence)}
    goal.poster = {**chosen, "shown": _digest(chosen, story)}
    record(owner, "agreed_to_poster", goal)


def is_agreed(goal: Goal, story: Story) -> bool:
    """Whether its owner agreed to all that a poster would show now."""
    return goal.poster is not None and goal.poster.get("shown") == _digest(goal.poster, story)


def _digest(chosen: dict[str, Any], story: Story) -> str:
    """Of the version, steps and evidence that a poster shows: what came later is not agreed to."""
    steps = story.steps if "steps" in chosen["parts"] else []
    pieces = (piece for piece in story.evidence if piece.id in chosen["evidence"])
    shown = [
        [each.number for each in story.revisions[:1]],
        [(step.name, step.outcome, step.learned) for step in steps],
        [(piece.id, piece.text, piece.name) for piece in pieces],
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
