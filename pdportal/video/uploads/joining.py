"""Uploads that are complete become clips; those that nobody finishes go. Jobs may be done twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.db import committing, db
from pdportal.inbox.services import notify
from pdportal.operations.jobs import jobs
from pdportal.uploads import Upload, sweep, unless_kept
from pdportal.video import files
from pdportal.video import services as clips
from pdportal.video.queries import own_clip
from pdportal.video.uploads import queries, services
from pdportal.video.uploads.models import ClipUpload, UploadPiece
from pdportal.web.errors import Refused
from pdportal.web.words import speaking

JOINING = timedelta(minutes=20)
"""How long one worker has for an upload, before another may try."""
MOST_TRIES = 5


def join_upload(upload_id: int) -> None:
    """Put the pieces of a video together, check it as every other, and make it a clip."""
    with committing():
        claimed = db.session.execute(
            update(ClipUpload)
            .where(ClipUpload.id == upload_id, _to_be_joined(), ClipUpload.tries < MOST_TRIES)
            .values(join_after=clock.now() + JOINING, tries=ClipUpload.tries + 1)
            .returning(ClipUpload.owner_id, ClipUpload.file_number)
        ).one_or_none()
    if claimed is None:
        return  # a clip, removed, or another worker is at it
    keys = [piece.storage_key for piece in queries.pieces_of(upload_id)]
    language = db.session.scalar(select(Person.locale).where(Person.id == claimed.owner_id))
    db.session.rollback()
    with speaking(language):
        try:
            stored = _put_together(keys)
            with unless_kept(stored.key), _locked(upload_id, claimed.file_number) as upload:
                _make_clip(upload, stored)
        except Refused as refused:
            with suppress(_NotWanted), _locked(upload_id, claimed.file_number) as upload:
                if refused.field == "file":
                    services.replace_file(upload, services.File(upload.file_name, "", upload.size))
                _say_problem(upload, refused.message)
        except _NotWanted:
            pass
        except BaseException:
            with suppress(_NotWanted), _locked(upload_id, claimed.file_number) as upload:
                upload.join_after = None  # another worker may try at once
            raise


def join_uploads() -> None:
    """The same for uploads whose turn was lost; what failed again and again waits for its owner."""
    due = select(ClipUpload).where(_to_be_joined()).order_by(ClipUpload.id).limit(50)
    for upload in db.session.scalars(due).all():
        if upload.tries < MOST_TRIES:
            jobs(current_app).do("join_upload", upload.id)
            continue
        message = _(
            "Your video is all here, but adding it fails: something is wrong with the portal, not "
            "with your video. Please tell whoever runs it, and try again later."
        )
        _say_problem(upload, message)


def remove_abandoned() -> None:
    """Remove uploads to which nothing came for a week, and what is left of those that are clips."""
    before = clock.now() - services.KEPT
    free = or_(ClipUpload.join_after.is_(None), ClipUpload.join_after < clock.now())
    old = select(ClipUpload).where(ClipUpload.touched_at < before, free).limit(200)
    for upload in db.session.scalars(old.with_for_update(skip_locked=True)).all():
        services.remove_upload(upload)


def sweep_pieces() -> None:
    """Remove stored bytes that belong to no piece: of windows that were a moment too late."""
    sweep(services.PREFIX, select(UploadPiece.storage_key))


class _NotWanted(Exception):
    """The upload was removed or got another file meanwhile, or is a clip already."""


@contextmanager
def _locked(upload_id: int, file_number: int) -> Iterator[ClipUpload]:
    """The upload, if it still waits to become a clip of this file. Raises `_NotWanted`."""
    with committing():
        upload = db.session.get(ClipUpload, upload_id, with_for_update=True, populate_existing=True)
        if upload is None or upload.file_number != file_number or not upload.is_joining:
            raise _NotWanted
        yield upload


def _put_together(keys: list[str]) -> files.Stored:
    try:
        with Upload() as whole:
            for key in keys:
                storage.fetch(key, whole)
            return files.store_file(whole, files.largest_in_pieces())
    except FileNotFoundError:
        lost = _("A part of this video was lost where we store it. Please send it once more.")
        raise files.unusable(lost) from None


def _make_clip(upload: ClipUpload, stored: files.Stored) -> None:
    assert upload.delete_by is not None  # noqa: S101  # it was asked for with the other words
    owner = db.session.get_one(Person, upload.owner_id)
    clip = clips.add_clip(
        owner,
        stored,
        title=upload.title,
        about=upload.about,
        consent=upload.consent,
        delete_by=upload.delete_by,
        file_name=upload.file_name,
        earlier=own_clip(owner, upload.earlier_id) if upload.earlier_id else None,
        form_key=f"upload-{upload.id}-{upload.created_at:%y%m%d%H%M%S%f}",
    )
    services.drop_pieces([upload])
    upload.clip_id, upload.touched_at, upload.join_after = clip.id, clock.now(), None
    upload.earlier_id = None
    upload.title = upload.about = upload.consent = upload.file_name = ""


def _say_problem(upload: ClipUpload, message: str) -> None:
    """Its owner has to do something; the words are still there."""
    upload.asked_at = upload.join_after = None
    upload.problem = message
    notify(upload.owner_id, "upload_failed", services.page_of(upload), title=upload.title)


def _to_be_joined() -> ColumnElement[bool]:
    free = or_(ClipUpload.join_after.is_(None), ClipUpload.join_after <= clock.now())
    whole = (ClipUpload.received == ClipUpload.size) & (ClipUpload.fingerprint != "")
    return whole & ClipUpload.asked_at.is_not(None) & ClipUpload.clip_id.is_(None) & free
