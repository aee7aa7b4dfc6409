"""The teacher looks first: what they saw themselves, before they read what a coach says."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db, find_or_add
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
    own = select(FirstLook).where(FirstLook.clip_id == clip.id)
    row, _is_new = find_or_add(own, lambda: FirstLook(clip_id=clip.id))
    replace_values(row, {**new, "to_coach": to_coach}, version)
    db.session.flush()
    return row.version


def open_comments(owner: Person, clip: Clip) -> None:
    """The owner reads what others say from now on."""
    require(policy.may_change(owner, clip))
    if clip.opened_at is None:
        clip.opened_at = clock.now()
        record(owner, "opened", clip)
