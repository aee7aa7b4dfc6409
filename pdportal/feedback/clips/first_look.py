"""The teacher looks first: what they saw themselves, before they read what a coach says."""

from __future__ import annotations

from collections.abc import Mapping

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.feedback.clips.models import FirstLook
from pdportal.feedback.works.services import fitting
from pdportal.video import policy
from pdportal.video.models import Clip
from pdportal.web.autosave import replace_values
from pdportal.web.errors import require

PROMPTS = ("pleased", "surprised", "change")
LONGEST = 4_000


def save_first_look(
    owner: Person, clip: Clip, typed: Mapping[str, str], *, to_coach: bool, version: int
) -> int:
    """Store what is typed by prompt; gives the new version. Raises `ChangedElsewhere`."""
    require(policy.may_change(owner, clip))
    new = {name: fitting(typed[name], name, LONGEST) for name in PROMPTS}
    row = db.session.get(FirstLook, clip.id) or FirstLook(clip_id=clip.id)
    if row not in db.session and not add_unless_there(row):
        row = db.session.get_one(FirstLook, clip.id)
    replace_values(row, {**new, "to_coach": to_coach}, version)
    db.session.flush()
    return row.version


def open_comments(owner: Person, clip: Clip) -> None:
    """The owner reads what others say from now on."""
    require(policy.may_change(owner, clip))
    if clip.opened_at is None:
        clip.opened_at = clock.now()
        record(owner, "opened", clip)
