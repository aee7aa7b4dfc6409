"""The files of clips: received, checked and stored; measured; removed when no clip needs them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select, update

from pdportal import clock, storage
from pdportal.db import committing, db
from pdportal.operations.jobs import jobs
from pdportal.uploads import Upload, sweep
from pdportal.video import probe, whole
from pdportal.video.film import Film, Trouble, read_film
from pdportal.video.kinds import HEAD, KINDS, OGG, Kind, kind_of
from pdportal.video.models import Clip
from pdportal.video.private import CannotClean, remove_place_and_device
from pdportal.web.errors import Refused

PREFIX = "clips"
MEASURING = timedelta(minutes=10)
"""How long one worker has for measuring a clip, before another may try."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Stored:
    """A video file that is stored and waits for its row."""

    key: str
    kind: Kind
    size: int
    sha256: str
    film: Film


def largest() -> int:
    """How many bytes a clip may have that is sent with its form, in one piece."""
    megabytes: int = current_app.config["PDPORTAL"]["MAX_CLIP_MB"]
    return megabytes * _MEGABYTE


def largest_in_pieces() -> int:
    """How many bytes it may have if it comes in pieces."""
    megabytes: int = current_app.config["PDPORTAL"]["MAX_UPLOAD_MB"]
    return megabytes * _MEGABYTE


def too_large(size: int, most: int | None = None) -> Refused:
    """What is said to whoever sends more than `most`, which is usually `largest`."""
    limit = (most or largest()) // _MEGABYTE
    message = _(
        "This file has %(size)s MB; at most %(limit)s MB can be stored. Nothing was stored. "
        "A shorter clip, or a lower quality on the phone, will fit.",
        size=max(limit + 1, size // _MEGABYTE),
        limit=limit,
    )
    return Refused(message, status=413, field="file")


def store_file(upload: Upload, most: int | None = None) -> Stored:
    """Store what was uploaded, if it is a video; its row comes after. Raises `Refused`.

    It may have `most` bytes; without that, as many as fit into a form.
    """
    if not upload.size:
        raise unusable(_("This file is empty."))
    if upload.size > (most or largest()):
        raise too_large(upload.size, most)
    upload.seek(0)
    kind = kind_of(upload.read(HEAD))
    if kind is None:
        raise unusable(
            _("This file is not a video, whatever its name says. Choose an MP4, MOV or WebM file.")
        )
    if kind is OGG:  # and nothing of ours can take place and device out of it
        raise unusable(
            _("This is an Ogg video, which browsers no longer play. Save it as MP4 and send that.")
        )
    found = whole.look(upload, kind)  # type: ignore[arg-type]  # it reads and seeks
    if found is not whole.Found.FILM:
        raise _no_film(found)
    try:
        remove_place_and_device(upload.file, kind)
    except CannotClean:
        raise unusable(
            _("This video is put together in a way that we cannot read. Save it as MP4 again.")
        ) from None
    film = read_film(upload.file, kind)
    key = f"{PREFIX}/{secrets.token_hex(16)}"
    storage.put_received(key, upload.file)
    return Stored(key, kind, upload.size, upload.sha256, film)


def _no_film(found: whole.Found) -> Refused:
    if found is whole.Found.A_PART:
        return unusable(
            _(
                "This video is incomplete: its end is missing. "
                "Perhaps it was copied or recorded only halfway. "
                "If it plays on your device, send it again."
            )
        )
    return unusable(
        _("This file has no video in it. Choose the video file that your camera or phone made.")
    )


def unusable(message: str) -> Refused:
    """A file of which no clip can be made."""
    return Refused(message, status=422, field="file")


# Jobs; each of these may be done twice


def measure_clip(clip_id: int) -> None:
    """Find out how long a clip is, and what plays it. Raises `OSError` if it cannot be read now."""
    with committing():
        clip = db.session.execute(
            update(Clip)
            .where(Clip.id == clip_id, _to_be_measured())
            .values(measure_after=clock.now() + MEASURING)
            .returning(Clip.storage_key, Clip.content_type)
        ).one_or_none()
    if clip is None:
        return  # measured, deleted, or another worker is at it
    kind = KINDS.get(clip.content_type)
    film = Film(Trouble.CODEC, None)
    if kind is not None:
        with storage.as_local_file(clip.storage_key) as path, path.open("rb") as file:
            film = read_film(file, kind)
            if film.seconds is None:
                film = replace(film, seconds=probe.seconds_of(path, kind))
    with committing():
        db.session.execute(
            update(Clip)
            .where(Clip.id == clip_id)
            .values(seconds=film.seconds, trouble=film.trouble, measured_at=clock.now())
            .execution_options(synchronize_session="fetch")
        )


def measure_clips() -> None:
    """The same for clips whose turn was lost or whose file could not be read, the newest first."""
    before = clock.now() - timedelta(minutes=5)
    waiting = (
        select(Clip.id)
        .where(_to_be_measured(), Clip.created_at < before)
        .order_by(Clip.id.desc())
        .limit(50)
    )
    for clip_id in db.session.scalars(waiting).all():
        jobs(current_app).do("measure_clip", clip_id)


def _to_be_measured() -> ColumnElement[bool]:
    free = or_(Clip.measure_after.is_(None), Clip.measure_after <= clock.now())
    return Clip.deleted_at.is_(None) & Clip.measured_at.is_(None) & free


def sweep_files() -> None:
    """Remove files that belong to no clip: of uploads that broke off, and of clips deleted."""
    sweep(storage.INCOMING, ())
    sweep(PREFIX, db.session.scalars(select(Clip.storage_key).where(Clip.deleted_at.is_(None))))
