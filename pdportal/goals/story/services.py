"""What prompted a version of a goal, and what of a goal its owner agrees to show on a poster."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.queries import latest_revision
from pdportal.goals.models import Goal, GoalCause
from pdportal.goals.services.checks import require_owner
from pdportal.goals.story.queries import possible_causes
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
    db.session.merge(GoalCause(revision_id=revision.id, **_none_but(kind, int(ident))))


def _none_but(kind: str, ident: int) -> dict[str, int | None]:
    none = dict.fromkeys(("comment_id", "evidence_id", "step_id"))
    return {**none, f"{kind}_id": ident}


def agree_to_poster(
    owner: Person, goal: Goal, parts: Collection[str], evidence: Collection[int], *, agreed: bool
) -> None:
    """Choose what a poster shows of a goal as it is now, and agree to it."""
    require_owner(owner, goal)
    latest = latest_revision(goal.work)
    if latest is None:
        raise Refused(_("Save the goal first."))
    if not agreed:
        message = _("Please look once more who could be recognized, then agree.")
        raise Refused(message, status=422, field="agreed")
    goal.poster = {
        "parts": [part for part in PARTS if part in parts],
        "evidence": sorted(evidence),
        "number": latest.number,
    }
    record(owner, "agreed_to_poster", goal)


def is_agreed(goal: Goal, latest: Revision | None) -> bool:
    """Whether its owner agreed to a poster of the goal as it is now."""
    return bool(goal.poster and latest and goal.poster["number"] == latest.number)
