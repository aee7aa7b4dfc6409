"""A picture of each moment that is commented on, drawn by a worker where there is ffmpeg."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from pdportal import storage
from pdportal.db import add_unless_there, committing, db
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.works.models import Revision, Work
from pdportal.operations.jobs import jobs
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.files import store_made
from pdportal.video.kinds import KINDS, Kind
from pdportal.video.models import Clip, ClipFile
from pdportal.video.processing import alone
from pdportal.video.recipes import draw
from pdportal.video.services import delete_files

STILL = "still-"
"""What the purpose of such a file begins with; the second follows."""
MOST, AT_ONCE = 200, 10


def purpose_at(seconds: float) -> str:
    """The purpose of the picture of a moment: one for each second."""
    return f"{STILL}{int(seconds)}"


def ask_for_stills(comment: Comment, **_more: object) -> None:
    """Somebody has commented at a moment: let its picture be drawn."""
    if comment.starts is not None and find_ffmpeg() is not None:
        jobs(current_app).do("draw_stills", comment.revision.work.clip_id or 0)


def draw_again(clip: Clip) -> None:
    """Its file is another now, or may be shown at last."""
    jobs(current_app).do("draw_stills", clip.id)


def draw_stills(clip_id: int) -> None:
    """Draw what is missing, and remove what no comment is about any more; may run twice.

    None is drawn of a file out of which something has yet to go. After some of them, those who wait
    for a clip have their turn.
    """
    clip = db.session.get(Clip, clip_id)
    if clip is None or not _is_shown(clip) or find_ffmpeg() is None:
        return
    key, kind = clip.storage_key, KINDS.get(clip.content_type)
    wanted = _wanted(clip_id)
    stored = {file.purpose: file for file in _stills(clip_id)}
    missing = {name: at for name, at in wanted.items() if name not in stored}
    with committing():
        gone = stored.keys() - wanted.keys()
        delete_files(ClipFile.clip_id == clip_id, ClipFile.purpose.in_(gone))
    if kind is None or not missing:
        return
    with alone("draw_stills", clip_id) as is_alone:
        if not is_alone:
            return
        with storage.as_local_file(key) as path:
            some = islice(missing.items(), AT_ONCE)
            drawn = sum(_draw(clip_id, purpose, at, path, kind, key) for purpose, at in some)
    if drawn and len(missing) > AT_ONCE:
        jobs(current_app).do("draw_stills", clip_id)


def _is_shown(clip: Clip) -> bool:
    return clip.deleted_at is None and clip.cleaned_at is not None


def _wanted(clip_id: int) -> Mapping[str, float]:
    moments = (
        select(Comment.starts)
        .join(Revision, Revision.id == Comment.revision_id)
        .join(Work, Work.id == Revision.work_id)
        .where(Work.clip_id == clip_id, Comment.starts.is_not(None))
        .order_by(Comment.starts.desc())
        .limit(MOST)
    )
    return {purpose_at(at): at for at in db.session.scalars(moments) if at is not None}


def _stills(clip_id: int) -> list[ClipFile]:
    of_clip = select(ClipFile).where(ClipFile.clip_id == clip_id)
    return [file for file in db.session.scalars(of_clip) if file.purpose.startswith(STILL)]


def _draw(clip_id: int, purpose: str, at: float, path: Path, kind: Kind, of_key: str) -> bool:
    """Draw one picture and store it, unless the clip was deleted or changed meanwhile."""
    with storage.receive() as picture:
        if not draw(path, kind, at, Path(picture.name)):
            return False
        row = store_made(clip_id, purpose, "image/jpeg", picture)
    with committing():
        clip = db.session.get(Clip, clip_id, with_for_update=True, populate_existing=True)
        same = clip is not None and _is_shown(clip) and clip.storage_key == of_key
        if not same or not add_unless_there(row):
            storage.delete(row.storage_key)
    return True
