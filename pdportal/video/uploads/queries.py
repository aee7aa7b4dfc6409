"""What pages read of uploads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.video.uploads import policy
from pdportal.video.uploads.models import ClipUpload, UploadPiece


def unfinished(person: Person) -> Sequence[ClipUpload]:
    """Somebody's uploads that are no clip yet, the latest first."""
    return db.session.scalars(
        policy.open_uploads_of(person).order_by(ClipUpload.touched_at.desc(), ClipUpload.id)
    ).all()


def takes_room(upload: ClipUpload) -> bool:
    """Whether bytes of an upload are here or still to come: not if its file was of no use, nor if
    nothing is missing and it becomes a clip by itself."""
    return bool(upload.fingerprint) and not upload.is_joining


def upload_of_file(person: Person, fingerprint: str, size: int) -> ClipUpload | None:
    """The upload in which this very file is on its way."""
    return db.session.scalars(
        policy.open_uploads_of(person).where(
            ClipUpload.fingerprint == fingerprint, ClipUpload.size == size
        )
    ).one_or_none()


def pieces_of(upload_id: int) -> Sequence[UploadPiece]:
    """The pieces of a file in their order."""
    return db.session.scalars(
        select(UploadPiece).where(UploadPiece.upload_id == upload_id).order_by(UploadPiece.start)
    ).all()
