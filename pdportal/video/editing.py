"""What owners do with what is cut, blurred and muted: type it, and have it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _

from pdportal import storage
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.operations.jobs import jobs
from pdportal.video import events, policy, queries
from pdportal.video.captions.services import recut_captions
from pdportal.video.edits import Edit, cuts_of
from pdportal.video.files import new_key
from pdportal.video.models import Clip, ClipFile, Purpose
from pdportal.video.services import delete_files
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, require


class Source(NamedTuple):
    """The film that is edited: what was uploaded, while it may be, or the file that is played."""

    files: Mapping[str, ClipFile]
    in_place: bool
    is_original: bool
    edits: list[Edit] | None
    """What was said before and is not in that film; None where it is."""
    seconds: float
    """Its length, or a little more: what is blurred up to the end is blurred up to the last."""


def source_of(owner: Person, clip: Clip) -> Source:
    """What an owner edits who edits a clip now."""
    files, in_place = queries.purposes_of(clip), policy.may_edit_in_place(owner, clip)
    edits = [Edit.stored(each) for each in clip.edits or ()]
    seconds = clip.seconds or 0
    if not in_place or Purpose.ORIGINAL not in files:
        is_made = clip.cleaned_at is not None or not in_place
        return Source(files, in_place, False, None if is_made else edits, seconds)
    whole = seconds + sum(end - start for start, end in cuts_of(edits)) + 1
    return Source(files, in_place, True, edits, whole)


def save_typed(owner: Person, clip: Clip, boxes: Mapping[str, str], version: int) -> int:
    """Store the boxes of the form as they are typed; gives the new version.

    Raises `ChangedElsewhere`.
    """
    require(policy.may_change(owner, clip))
    db.session.refresh(clip, with_for_update={"of": Clip})
    stored, saves = typed_edits(clip)
    if dict(boxes) == stored:
        return saves
    check_version(version, saves, dict.fromkeys(boxes, "") | stored)
    clip.edits_typed = {**boxes, "version": saves + 1}
    db.session.flush()
    return saves + 1


def typed_edits(clip: Clip) -> tuple[dict[str, str], int]:
    """What was typed and is not made yet, by box, and its version."""
    boxes = dict(clip.edits_typed or {})
    return boxes, boxes.pop("version", 0)


def edit_video(
    owner: Person, clip: Clip, edits: Sequence[Edit], *, is_silent: bool
) -> tuple[Clip, list[str]]:
    """Have the film made anew from its source: the clip, or a new one; and the words it loses.

    What somebody else could see, or was talked about, stays: then a new clip is made of it. Lines
    of captions go with what is cut and muted; their words are given.
    """
    require(policy.may_change(owner, clip))
    wait_for_turn(owner)
    db.session.refresh(clip, with_for_update={"of": Clip})  # sent twice, it is cut once
    if clip.deleted_at is not None or not clip.processed_at:
        raise Refused(_("This clip is still being prepared. Try again when it is ready."))
    source, target = source_of(owner, clip), clip
    clip.edits_typed = None
    if not source.in_place:
        if same := queries.being_made_of(clip, edits, is_silent=is_silent):
            return same, []
        target = _copy(owner, clip)
    is_of_film = ClipFile.purpose.in_(list(Purpose))
    delete_files(ClipFile.clip_id == target.id, ~is_of_film)  # pictures of what is to be unseen
    target.edits, target.is_silent = [each.as_data() for each in edits], is_silent
    target.processed_at = target.process_after = target.cleaned_at = None
    target.turn, target.tries, target.progress = target.turn + 1, 0, 0
    db.session.flush()
    lost = recut_captions(clip, target, source.edits)
    record(owner, "changed", target)
    jobs(current_app).do("process_clip", target.id)
    return target, lost


def _copy(owner: Person, clip: Clip) -> Clip:
    """A new clip with the file that is played, which nobody else sees; it goes on the same day."""
    key = new_key()
    storage.copy(clip.storage_key, key)
    known = ("about", "consent", "agreed", "agreed_by", "agreed_on", "delete_by")
    of_file = ("file_name", "content_type", "size", "sha256")
    new = Clip(
        owner_id=owner.id,
        title=_("Part of %(title)s", title=clip.title)[:160],
        storage_key=key,
        seconds=clip.seconds,
        **{name: getattr(clip, name) for name in known + of_file},
    )
    db.session.add(new)
    db.session.flush()
    new.owner = owner
    record(owner, "uploaded", new, size=new.size)
    events.clip_added.send(new, owner=owner, earlier=None)
    return new
