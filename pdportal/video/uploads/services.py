"""What people do with uploads: begin, send on, say what the video shows, finish, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.db import add_unless_there, after_commit, db
from pdportal.inbox.services import address, withdraw
from pdportal.operations.jobs import jobs
from pdportal.video import files
from pdportal.video import services as clips
from pdportal.video.models import Clip
from pdportal.video.uploads import queries
from pdportal.video.uploads.models import ClipUpload, UploadPiece, new_file_number
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused

PREFIX = "uploads"
MOST_OPEN = 5
"""Uploads that one person may have begun and not finished; those that failed do not count."""
KEPT = timedelta(days=7)
"""For so long an upload waits for its next piece or word."""


class UploadWords(clips.Words):
    """What its owner says of a clip to be."""

    earlier_id: int | None


class File(NamedTuple):
    """A file that somebody chose, as the columns of `ClipUpload` have it."""

    file_name: str
    fingerprint: str
    size: int


def begin_upload(
    owner: Person, file: File, instead_of: ClipUpload | None = None, earlier: Clip | None = None
) -> ClipUpload:
    """A new upload, or another file for one whose words stay. The same file chosen again goes on.

    A new one may answer an `earlier` clip of one's own.
    Raises `Refused` for a file that is too large, and where there is no room for it.
    """
    same = queries.upload_of_file(owner, file.fingerprint, file.size)
    if same is not None:
        return same
    _check_size(file.size)
    if instead_of is not None:
        replace_file(instead_of, file)
        return instead_of
    if sum(map(queries.takes_room, queries.unfinished(owner))) >= MOST_OPEN:
        raise Refused(
            _(
                "You have %(most)s uploads that are not finished. Finish or remove one of them "
                "first.",
                most=MOST_OPEN,
            )
        )
    today = clips.today_of(owner)
    upload = ClipUpload(owner_id=owner.id, delete_by=clips.usual_end(today), **file._asdict())
    upload.earlier_id = earlier.id if earlier else None
    return upload if add_unless_there(upload) else begin_upload(owner, file)  # another window has


def add_piece(owner: Person, upload: ClipUpload, start: int, size: int, key: str) -> None:
    """Bytes that are stored already become the next piece; in two windows, that of the first.

    Raises `Refused` (409) if the upload does not go on from there any more.
    """
    stop = start + size
    taken = db.session.execute(
        update(ClipUpload)
        .where(
            ClipUpload.id == upload.id,
            ClipUpload.owner_id == owner.id,
            ClipUpload.file_number == upload.file_number,
            ClipUpload.fingerprint != "",
            ClipUpload.clip_id.is_(None),
            ClipUpload.received == start,
            ClipUpload.size >= stop,
        )
        .values(received=stop, touched_at=clock.now())
        .returning(ClipUpload.id)
        .execution_options(synchronize_session="fetch")
    ).one_or_none()
    if taken is None:
        raise Refused(_("This part is here already."))
    db.session.add(UploadPiece(upload_id=upload.id, start=start, size=size, storage_key=key))
    _join_if_ready(upload)


def keep_words(owner: Person, upload: ClipUpload, words: Mapping[str, object], version: int) -> int:
    """Store what is typed so far; gives the new version. Raises `ChangedElsewhere`."""
    _still_open(owner, upload)
    if replace_values(upload, words, version):
        upload.touched_at = clock.now()
    db.session.flush()
    return upload.version


def finish_upload(
    owner: Person, upload: ClipUpload, words: UploadWords, version: int
) -> ClipUpload:
    """The words are complete: it becomes a clip once its bytes are. Raises `Refused`."""
    clips.check_date(owner, words["delete_by"])
    keep_words(owner, upload, words, version)
    upload.asked_at, upload.problem, upload.tries = clock.now(), "", 0
    _join_if_ready(upload)
    return upload


def remove_upload(upload: ClipUpload) -> None:
    """It is not wanted any more: its bytes and its words go."""
    db.session.flush()
    db.session.refresh(upload, with_for_update={"of": ClipUpload})
    drop_pieces([upload])
    withdraw(upload.owner_id, page_of(upload))
    db.session.delete(upload)
    db.session.flush()


def replace_file(upload: ClipUpload, file: File) -> None:
    """Another file is sent instead, or with the fingerprint "" none for now; old pieces go."""
    drop_pieces([upload])
    upload.file_number = new_file_number()
    upload.file_name, upload.fingerprint, upload.size = file
    upload.received = 0
    upload.asked_at, upload.join_after, upload.problem = None, None, ""
    upload.touched_at = clock.now()
    db.session.flush()


def drop_pieces(uploads: Iterable[ClipUpload]) -> None:
    """Remove the bytes of uploads, once that is stored."""
    for upload in uploads:
        for piece in queries.pieces_of(upload.id):
            after_commit(partial(storage.delete, piece.storage_key))
        db.session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload.id))


def page_of(upload: ClipUpload) -> str:
    """Where an upload has its page."""
    return address("uploads.upload_page", upload_id=upload.id)


def goes_on(upload: ClipUpload) -> datetime:
    """Until when it is kept if nothing more comes."""
    return upload.touched_at + KEPT


def _check_size(size: int) -> None:
    if not size:
        raise files.unusable(files.EMPTY)
    if size > files.largest_in_pieces():
        raise files.too_large(size, files.largest_in_pieces())
    if not storage.has_room_for(size):
        message = _(
            "There is no room for this video where the portal stores things. Nothing was sent. "
            "Whoever runs the portal has to make room: please tell them."
        )
        raise Refused(message, status=507)


def _still_open(owner: Person, upload: ClipUpload) -> None:
    db.session.flush()
    db.session.refresh(upload, with_for_update={"of": ClipUpload})
    if upload.owner_id != owner.id or upload.asked_at or upload.clip_id:
        raise Refused(
            _("This is already being added. Change what you wrote on the page of the clip.")
        )


def _join_if_ready(upload: ClipUpload) -> None:
    db.session.flush()
    if upload.is_joining:
        jobs(current_app).do("join_upload", upload.id)
