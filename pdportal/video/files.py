"""The files of clips: received, checked and stored; removed when no clip needs them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pdportal import storage
from pdportal.stores import INCOMING
from pdportal.uploads import Upload, sweep
from pdportal.video.ffmpeg import find_ffmpeg
from pdportal.video.film import Film, Found, read_film
from pdportal.video.kinds import HEAD, Kind, kind_of
from pdportal.video.models import Clip, ClipFile
from pdportal.video.private import CannotClean, remove_place_and_device
from pdportal.web.errors import Refused

PREFIX = "clips"
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Stored:
    """A recording that is stored and waits for its row."""

    key: str
    kind: Kind
    size: int
    sha256: str
    film: Film
    is_clean: bool = True
    """Whether it says no more where it was filmed, and with what."""


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


EMPTY = _l("This file is empty.")
_UNKNOWN = _l(
    "This file is not a video or a sound recording of a kind that the portal knows, whatever its "
    "name says. Choose a video (MP4, MOV, WebM, AVI, MPG, WMV) or a sound file (M4A, MP3, WAV), or "
    "save it as one of these."
)
_RAW = _l("This portal cannot convert this kind of file. Save it as MP4 and send that.")
_ODD = _l("This video is put together in a way that we cannot read. Save it as MP4 again.")
_NOT_WHOLE = {
    Found.A_PART: _l(
        "This video is incomplete: its end is missing. "
        "Perhaps it was copied or recorded only halfway. "
        "If it plays on your device, send it again."
    ),
    Found.NO_FILM: _l(
        "This file has no video or sound in it. Choose the file that your camera or phone made."
    ),
}


def store_file(upload: Upload, most: int | None = None, *, converts: bool = True) -> Stored:
    """Store what was uploaded, if it is a recording; its row comes after. Raises `Refused`.

    It may have `most` bytes; without that, as many as fit into a form. What has to be converted
    before others get it is refused where nobody `converts` it. Place and device are taken out where
    that can be done in place, else by processing.
    """
    converts = converts and find_ffmpeg() is not None
    if not upload.size:
        raise unusable(EMPTY)
    if upload.size > (most or largest()):
        raise too_large(upload.size, most)
    upload.seek(0)
    kind = kind_of(upload.read(HEAD))
    if kind is None:
        raise unusable(_UNKNOWN)
    if kind.raw and not converts:
        raise unusable(_RAW)
    film = read_film(upload.file, kind)
    if film.found in _NOT_WHOLE:
        raise unusable(_NOT_WHOLE[film.found])
    is_clean = not kind.raw
    try:
        if is_clean:
            remove_place_and_device(upload.file, kind)
    except CannotClean:
        if not converts:
            raise unusable(_ODD) from None
        is_clean = False
    key = new_key()
    storage.put_received(key, upload.file, kind.served_as)
    return Stored(key, kind, upload.size, upload.sha256, film, is_clean)


def new_key() -> str:
    """A name for a file that nobody can guess."""
    return f"{PREFIX}/{secrets.token_hex(16)}"


def unusable(message: LazyString | str) -> Refused:
    """A file of which no clip can be made."""
    return Refused(str(message), status=422, field="file")


def store_made(clip_id: int, purpose: str, content_type: str, file: IO[bytes]) -> ClipFile:
    """Store a file from `storage.receive` that was made for a clip; gives its new row."""
    key = new_key()
    file.flush()
    with Path(file.name).open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    storage.put_received(key, file, content_type)
    return ClipFile(
        clip_id=clip_id,
        purpose=purpose,
        storage_key=key,
        content_type=content_type,
        size=size,
        sha256=sha256,
    )


def sweep_files() -> None:
    """Remove files that belong to no clip: of uploads that broke off, and of clips deleted."""
    sweep(INCOMING)
    played = select(Clip.storage_key).where(Clip.deleted_at.is_(None))
    sweep(PREFIX, played, select(ClipFile.storage_key))
