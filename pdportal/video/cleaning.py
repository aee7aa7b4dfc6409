"""Films stored before place and device were taken out of each upload: the same is done to them."""

from __future__ import annotations

import hashlib
import secrets

import structlog
from sqlalchemy import select, update

from pdportal import clock, storage
from pdportal.db import committing, db
from pdportal.uploads import Upload
from pdportal.video.files import PREFIX
from pdportal.video.kinds import KINDS, Kind
from pdportal.video.models import Clip
from pdportal.video.private import CannotClean, remove_place_and_device

AT_ONCE = 20
"""Films in an hour: each is read and written once."""


def clean_clips() -> None:
    """Take place and device out of clips that still have them, the newest first; may run twice."""
    waiting = (
        select(Clip.id, Clip.storage_key, Clip.content_type)
        .where(Clip.deleted_at.is_(None), Clip.cleaned_at.is_(None))
        .order_by(Clip.id.desc())
        .limit(AT_ONCE)
    )
    for clip_id, key, content_type in db.session.execute(waiting).all():
        _clean(clip_id, key, KINDS.get(content_type))


def _clean(clip_id: int, key: str, kind: Kind | None) -> None:
    """Put a clean copy in the place of a film, under a key of its own, and delete the film."""
    new_key = f"{PREFIX}/{secrets.token_hex(16)}"
    values: dict[str, object] = {"cleaned_at": clock.now()}
    try:
        with storage.as_local_file(key) as path, path.open("rb") as film, Upload.of(film) as copy:
            if kind is None:
                raise CannotClean
            remove_place_and_device(copy.file, kind)
            copy.seek(0)
            values |= {
                "storage_key": new_key,
                "sha256": hashlib.file_digest(copy.file, "sha256").hexdigest(),  # type: ignore[arg-type]  # it is a file
            }
            storage.put_received(new_key, copy.file)
    except CannotClean:
        structlog.get_logger().warning("clip_not_cleaned", clip=clip_id)
    except FileNotFoundError:
        return  # deleted meanwhile, or lost: `doctor` says so
    with committing():
        ours = db.session.execute(
            update(Clip)
            .where(Clip.id == clip_id, Clip.storage_key == key, Clip.deleted_at.is_(None))
            .values(**values)
            .returning(Clip.id)
            .execution_options(synchronize_session="fetch")
        ).one_or_none()
    if "storage_key" in values:
        storage.delete(key if ours else new_key)
