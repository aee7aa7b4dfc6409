"""The job that makes of a clip's file what is shown: taken up once, again if it was cut off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from pdportal import clock, storage
from pdportal.db import committing, db
from pdportal.inbox.services import notify
from pdportal.operations.jobs import jobs
from pdportal.uploads import delete_stored, unless_kept
from pdportal.video import events
from pdportal.video.edits import Edit
from pdportal.video.ffmpeg import Damaged, find_ffmpeg
from pdportal.video.files import store_made
from pdportal.video.film import Trouble
from pdportal.video.kinds import KINDS
from pdportal.video.models import OF_FILE, Clip, ClipFile, Purpose
from pdportal.video.recipes import PLAY, Result, make_files
from pdportal.video.services import page_of

LEASE = timedelta(minutes=2)
"""A worker that was not heard of for so long is gone."""

TRIES = 3
_MADE = {Purpose.SMALL, Purpose.POSTER}
_free = threading.Lock()
_put_off: set[tuple[str, tuple[int, ...]]] = set()

Turn = Row[Any]
"""What one worker took up: the clip's number, this turn's, and what to do with which file."""


class LostTurn(Exception):
    """The clip was deleted or changed meanwhile, or another worker took it up."""


@contextmanager
def alone(job: str, *ids: int) -> Iterator[bool]:
    """Whether this thread may run ffmpeg now; if not, the job is queued again once it may.

    One at a time in each process: the other thread has the mail to send.
    """
    if not _free.acquire(blocking=False):
        _put_off.add((job, ids))
        yield False
        return
    try:
        yield True
    finally:
        _free.release()
        while _put_off:
            waiting, numbers = _put_off.pop()
            jobs(current_app).do(waiting, *numbers)


def process_clip(clip_id: int) -> None:
    """Make what is shown of a clip; without ffmpeg it waits for a machine that has one."""
    if find_ffmpeg() is None:
        return
    with alone("process_clips") as is_alone:
        try:
            if is_alone and (turn := _take_turn(clip_id)):
                _process(turn)
        except LostTurn:
            pass
    process_clips()


def process_clips() -> None:
    """Take up a clip, if its turn was lost or another one's is over.

    Whose last clip was ready the longest ago is next: twenty films of one person do not keep
    another's one waiting.
    """
    if find_ffmpeg() is None or _free.locked():
        return
    earlier = aliased(Clip)
    served = select(func.max(earlier.processed_at)).where(earlier.owner_id == Clip.owner_id)
    order = Clip.tries, served.scalar_subquery().nulls_first(), Clip.id
    clip_id = db.session.scalar(select(Clip.id).where(_is_waiting()).order_by(*order).limit(1))
    if clip_id is not None:
        jobs(current_app).do("process_clip", clip_id)


def _is_waiting() -> ColumnElement[bool]:
    free = or_(Clip.process_after.is_(None), Clip.process_after <= clock.now())
    return Clip.deleted_at.is_(None) & Clip.processed_at.is_(None) & free


def _take_turn(clip_id: int) -> Turn | None:
    """None if it is done, deleted, or another worker is at it."""
    with committing():
        begun = {"process_after": clock.now() + LEASE, "turn": Clip.turn + 1, "progress": 0}
        taken = (
            update(Clip)
            .where(Clip.id == clip_id, _is_waiting())
            .values(**begun, tries=Clip.tries + 1)
            .returning(Clip.id)
            .execution_options(synchronize_session=False)
        )
        if db.session.scalar(taken) is None:
            return None
        uploaded = (ClipFile.clip_id == Clip.id) & (ClipFile.purpose == Purpose.ORIGINAL)
        return db.session.execute(
            select(Clip.id, Clip.turn, Clip.tries, Clip.edits, Clip.is_silent)
            .add_columns(
                func.coalesce(ClipFile.storage_key, Clip.storage_key).label("storage_key"),
                func.coalesce(ClipFile.content_type, Clip.content_type).label("content_type"),
            )
            .outerjoin(ClipFile, uploaded)
            .where(Clip.id == clip_id)
        ).one()


def _process(turn: Turn) -> None:
    def beat(share: float) -> None:
        with committing():
            extend = update(Clip).where(_is_ours(turn)).returning(Clip.id)
            values = {"progress": int(100 * share), "process_after": clock.now() + LEASE}
            extend = extend.values(**values).execution_options(synchronize_session=False)
            if db.session.scalar(extend) is None:
                raise LostTurn

    kind, edits = KINDS.get(turn.content_type), [Edit.stored(each) for each in turn.edits or ()]
    if turn.tries > TRIES or kind is None:
        _end(turn, Trouble.FAILED if kind else Trouble.DAMAGED)
        return
    try:
        with (
            storage.as_local_file(turn.storage_key) as path,
            make_files(path, kind, beat, edits, is_silent=turn.is_silent) as result,
        ):
            _store(turn, result)
    except Damaged:
        _end(turn, Trouble.DAMAGED)


def _is_ours(turn: Turn) -> ColumnElement[bool]:
    return and_(Clip.id == turn.id, Clip.turn == turn.turn, Clip.deleted_at.is_(None))


def _store(turn: Turn, result: Result) -> None:
    """Store what was made, then name it in rows, if it is still our turn."""
    files = result.files.items()
    rows = {purpose: store_made(turn.id, purpose, *file) for purpose, file in files}
    with unless_kept(*(row.storage_key for row in rows.values())), _finished(turn) as clip:
        _replace(clip, rows, keep=result.is_converted or clip.is_silent)
        clip.seconds = result.seconds
        clip.trouble = Trouble.DAMAGED if result.is_damaged else None
        clip.cleaned_at = clock.now()


def _replace(clip: Clip, rows: dict[str, ClipFile], *, keep: bool) -> None:
    """Put what was made in the place of what is there; `keep` what was uploaded, for a while."""
    play = rows.pop(PLAY)
    before = select(ClipFile).where(ClipFile.clip_id == clip.id)
    present = db.session.scalars(before).all()
    gone = [row for row in present if row.purpose in _MADE]
    if keep and all(row.purpose != Purpose.ORIGINAL for row in present):
        uploaded = {name: getattr(clip, name) for name in OF_FILE}
        db.session.add(ClipFile(clip_id=clip.id, purpose=Purpose.ORIGINAL, **uploaded))
    else:
        delete_stored([clip.storage_key])
    delete_stored([row.storage_key for row in gone])
    db.session.execute(delete(ClipFile).where(ClipFile.id.in_([row.id for row in gone])))
    for name in OF_FILE:
        setattr(clip, name, getattr(play, name))
    db.session.flush()
    db.session.add_all(rows.values())


def _end(turn: Turn, trouble: Trouble) -> None:
    """Nothing could be made of it: what was uploaded stays."""
    with _finished(turn) as clip:
        clip.trouble = trouble


@contextmanager
def _finished(turn: Turn) -> Iterator[Clip]:
    """The clip, for us alone to change, and then done, of which its owner is told.

    Raises `LostTurn`.
    """
    with committing():
        ours = select(Clip).where(_is_ours(turn)).with_for_update(of=Clip)
        clip = db.session.scalars(ours.execution_options(populate_existing=True)).one_or_none()
        if clip is None:
            raise LostTurn
        is_awaited = clip.is_awaited
        yield clip
        clip.processed_at, clip.process_after, clip.progress = clock.now(), None, 100
        if is_awaited or clip.trouble:
            end = f"clip_{clip.trouble or 'ready'}"
            notify(clip.owner_id, end, page_of(clip), title=clip.title)
        events.clip_processed.send(clip)
