"""The teacher looks first: what they saw themselves, before they read what a coach says."""

from __future__ import annotations

from sqlalchemy import Select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import add_unless_there, db
from pdportal.feedback.clips.models import FirstLook
from pdportal.feedback.clips.policy import first_looks_seen_by
from pdportal.feedback.works.services import fitting
from pdportal.video import policy
from pdportal.video.models import Clip
from pdportal.web.autosave import replace_values
from pdportal.web.errors import forbidden

LONGEST = 4_000


def first_look_seen(person: Person, clip: Clip) -> FirstLook | None:
    """What the owner of a clip saw first, for whoever reads it."""
    seen: Select[FirstLook] = first_looks_seen_by(person).where(FirstLook.clip_id == clip.id)
    return db.session.scalars(seen).one_or_none()


def save_first_look(
    owner: Person,
    clip: Clip,
    *,
    pleased: str,
    surprised: str,
    change: str,
    to_coach: bool,
    version: int,
) -> int:
    """Store what is typed; gives the new version. Raises `ChangedElsewhere`."""
    if not policy.may_change(owner, clip):
        raise forbidden()
    typed = {"pleased": pleased, "surprised": surprised, "change": change}
    new = {name: fitting(text, name, LONGEST) for name, text in typed.items()}
    row = db.session.get(FirstLook, clip.id)
    if row is None:
        row = FirstLook(clip_id=clip.id)
        if not add_unless_there(row):
            row = db.session.get_one(FirstLook, clip.id)
    replace_values(row, {**new, "to_coach": to_coach}, version)
    db.session.flush()
    return row.version


def open_comments(owner: Person, clip: Clip) -> None:
    """The owner reads what others say from now on."""
    if not policy.may_change(owner, clip):
        raise forbidden()
    if clip.opened_at is None:
        clip.opened_at = clock.now()
        record(owner, "opened", clip)
