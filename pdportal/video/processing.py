"""The job that makes of a clip's file what is shown: taken up once, again if it was cut off."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, delete, or_, select, update

from pdportal import clock, storage
from pdportal.db import committing, db
from pdportal.inbox.services import notify
from pdportal.operations.jobs import jobs
from pdportal.uploads import delete_stored
from pdportal.video.edits import Edit
from pdportal.video.ffmpeg import Damaged, find_ffmpeg
from pdportal.video.files import new_key
from pdportal.video.film import Trouble
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip, ClipFile, Purpose
from pdportal.video.recipes import PLAY, Made, Result, make_files
from pdportal.video.services import page_of

LEASE = timedelta(minutes=2)
"""A worker that was not heard of for so long is gone."""

TRIES = 3
_MADE = {Purpose.SMALL, Purpose.POSTER}
_free = threading.Lock()
"""One clip at a time in each process: the other thread has the mail to send."""


class LostTurn(Exception):
    """The clip was deleted or changed meanwhile, or another worker took it up."""


class Turn(NamedTuple):
    """What one worker took up."""

    clip_id: int
    number: int
    tries: int
    storage_key: str
    content_type: str
    edits: list[dict[str, Any]] | None
    is_silent: bool


def process_clip(clip_id: int) -> None:
    """Make what is shown of a clip; without ffmpeg it waits for a machine that has one."""
    if find_ffmpeg() is None or not _free.acquire(blocking=False):
        return
    try:
        turn = _take_turn(clip_id)
        if turn is not None and turn.tries > TRIES:
            _end(turn, Trouble.FAILED)
        elif turn is not None:
            _process(turn)
    except LostTurn:
        pass
    finally:
        _free.release()
        process_clips()


def process_clips() -> None:
    """Take up the clip that has waited longest, if its turn was lost or another one's is over."""
    if find_ffmpeg() is None or _free.locked():
        return
    waiting = select(Clip.id).where(_is_waiting()).order_by(Clip.tries, Clip.id).limit(1)
    clip_id = db.session.scalar(waiting)
    if clip_id is not None:
        jobs(current_app).do("process_clip", clip_id)


def _is_waiting() -> ColumnElement[bool]:
    free = or_(Clip.process_after.is_(None), Clip.process_after <= clock.now())
    return Clip.deleted_at.is_(None) & Clip.processed_at.is_(None) & free


def _take_turn(clip_id: int) -> Turn | None:
    """None if it is done, deleted, or another worker is at it."""
    with committing():
        taken = db.session.execute(
            update(Clip)
            .where(Clip.id == clip_id, _is_waiting())
            .values(
                process_after=clock.now() + LEASE,
                turn=Clip.turn + 1,
                tries=Clip.tries + 1,
                progress=0,
            )
            .returning(
                Clip.id,
                Clip.turn,
                Clip.tries,
                Clip.storage_key,
                Clip.content_type,
                Clip.edits,
                Clip.is_silent,
            )
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if not taken:
            return None
        turn = Turn(*taken)
        uploaded = db.session.execute(
            select(ClipFile.storage_key, ClipFile.content_type).where(
                ClipFile.clip_id == clip_id, ClipFile.purpose == Purpose.ORIGINAL
            )
        ).one_or_none()
    if uploaded is None:
        return turn
    return turn._replace(storage_key=uploaded.storage_key, content_type=uploaded.content_type)


def _process(turn: Turn) -> None:
    kind = KINDS.get(turn.content_type)
    edits = [Edit.stored(each) for each in turn.edits or ()]

    def beat(share: float) -> None:
        with committing():
            values = {"progress": int(100 * share), "process_after": clock.now() + LEASE}
            kept = db.session.execute(
                update(Clip)
                .where(_is_ours(turn))
                .values(**values)
                .execution_options(synchronize_session=False)
            )
        if not kept.rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
            raise LostTurn

    try:
        if kind is None:
            raise Damaged
        with (
            storage.as_local_file(turn.storage_key) as path,
            make_files(path, kind, beat, edits, is_silent=turn.is_silent) as result,
        ):
            _store(turn, result)
    except Damaged:
        _end(turn, Trouble.DAMAGED)


def _is_ours(turn: Turn) -> ColumnElement[bool]:
    return (Clip.id == turn.clip_id) & (Clip.turn == turn.number) & Clip.deleted_at.is_(None)


def _store(turn: Turn, result: Result) -> None:
    """Store what was made, then name it in rows, if it is still our turn."""
    rows = {made.purpose: _stored(turn, made) for made in result.files}
    try:
        with committing():
            clip = _locked(turn)
            _replace(clip, rows, keep=result.is_converted or clip.is_silent)
            clip.seconds = result.seconds
            clip.trouble = Trouble.DAMAGED if result.is_damaged else None
            clip.cleaned_at = clock.now()
            _finish(clip, is_news=result.is_converted or clip.is_silent)
    except BaseException:
        for row in rows.values():
            storage.delete(row.storage_key)
        raise


def _stored(turn: Turn, made: Made) -> ClipFile:
    """Store a file under a key of its own."""
    key = new_key()
    with Path(made.file.name).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    storage.put_received(key, made.file)
    return ClipFile(
        clip_id=turn.clip_id,
        purpose=made.purpose,
        storage_key=key,
        content_type=made.content_type,
        size=size,
        sha256=sha256,
    )


def _replace(clip: Clip, rows: dict[str, ClipFile], *, keep: bool) -> None:
    """Put what was made in the place of what is there; `keep` what was uploaded, for a while."""
    play = rows.pop(PLAY)
    before = select(ClipFile).where(ClipFile.clip_id == clip.id)
    there = db.session.scalars(before).all()
    gone = [row for row in there if row.purpose in _MADE]
    if keep and all(row.purpose != Purpose.ORIGINAL for row in there):
        db.session.add(_as_original(clip))
    else:
        delete_stored([clip.storage_key])
    delete_stored([row.storage_key for row in gone])
    db.session.execute(delete(ClipFile).where(ClipFile.id.in_([row.id for row in gone])))
    clip.storage_key, clip.content_type = play.storage_key, play.content_type
    clip.size, clip.sha256 = play.size, play.sha256
    db.session.flush()
    db.session.add_all(rows.values())


def _as_original(clip: Clip) -> ClipFile:
    return ClipFile(
        clip_id=clip.id,
        purpose=Purpose.ORIGINAL,
        storage_key=clip.storage_key,
        content_type=clip.content_type,
        size=clip.size,
        sha256=clip.sha256,
    )


def _end(turn: Turn, trouble: Trouble) -> None:
    """Nothing could be made of it: what was uploaded stays."""
    with committing():
        clip = _locked(turn)
        clip.trouble = trouble
        _finish(clip)


def _locked(turn: Turn) -> Clip:
    """The clip, for us alone to change. Raises `LostTurn`."""
    ours = select(Clip).where(_is_ours(turn)).with_for_update(of=Clip)
    clip = db.session.scalars(ours.execution_options(populate_existing=True)).one_or_none()
    if clip is None:
        raise LostTurn
    return clip


def _finish(clip: Clip, *, is_news: bool = False) -> None:
    """Nobody is told of what took a moment and changed nothing that is seen."""
    clip.processed_at, clip.process_after, clip.progress = clock.now(), None, 100
    if clip.trouble or is_news:
        kind = f"clip_{clip.trouble}" if clip.trouble else "clip_ready"
        notify(clip.owner_id, kind, page_of(clip), title=clip.title)
