"""Replies by voice or video: a file beside the words of a reply, gone with it or with its clip.

Whoever sees the clip reads the reply and plays the file; both by the one rule for a clip's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import request
from flask_babel import gettext as _
from sqlalchemy import Select, String, literal, select
from sqlalchemy import cast as sql_cast

from pdportal import storage
from pdportal.accounts.models import Person
from pdportal.db import add_unless_there
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.works.models import Revision, Work
from pdportal.uploads import Upload
from pdportal.video.files import Stored, store_file
from pdportal.video.models import Clip, ClipFile
from pdportal.video.services import delete_files
from pdportal.web.errors import Refused

SAID = "said-"
"""What the purpose of such a file begins with; the number of its reply follows."""
MOST_SECONDS = 180
_MOST_BYTES = 60_000_000


def largest() -> int:
    """How many bytes a recording may have."""
    return _MOST_BYTES


def too_large(_size: int) -> Refused:
    """What is said to whoever sends more than that."""
    message = _("Keep the recording under 3 minutes; this one is too large. Nothing was sent.")
    return Refused(message, status=413)


def typed_recording(clip: Clip, text: str) -> Stored | None:
    """The recording that came with a reply, stored and without a row; raises `Refused` (422).

    `text` are the words beside it, without which it is not taken. Nothing is converted here, so
    that it has to be of a kind that can be cleaned of place and device as it is.
    """
    file = request.files.get("recording")
    if file is None or not file.filename:
        return None
    if not text.strip():
        message = _("Say in a few words what is in it, for whoever cannot listen.")
        raise Refused(message, status=422, field="text")
    if clip.deleted_at is not None:
        message = _("This clip is deleted; there is nothing left to show.")
        raise Refused(message, status=422, field="text")
    stored = store_file(cast(Upload, file.stream), converts=False)
    if (stored.film.seconds or 0) > MOST_SECONDS + 10:
        storage.delete(stored.key)
        raise too_large(stored.size)
    return stored


def drop(stored: Stored | None) -> None:
    """Delete a recording whose reply was refused."""
    if stored is not None:
        storage.delete(stored.key)


def attach(reply: Comment, stored: Stored) -> None:
    """Put a recording beside a reply; one that has one already, sent twice, keeps it."""
    row = ClipFile(
        clip_id=reply.revision.work.clip_id,
        purpose=f"{SAID}{reply.id}",
        storage_key=stored.key,
        content_type=stored.kind.content_type,
        size=stored.size,
        sha256=stored.sha256,
    )
    if not add_unless_there(row):
        storage.delete(stored.key)


def remove_recording(comment: Comment, **_more: object) -> None:
    """A reply is deleted, and its recording with it."""
    if comment.answers_id is not None and comment.revision.work.clip_id is not None:
        delete_files(
            ClipFile.clip_id == comment.revision.work.clip_id,
            ClipFile.purpose == f"{SAID}{comment.id}",
        )


def by_reply(files: Mapping[str, ClipFile]) -> dict[int, ClipFile]:
    """The recordings among the files of a clip, by the reply that each belongs to."""
    return {
        int(purpose.removeprefix(SAID)): file
        for purpose, file in files.items()
        if purpose.startswith(SAID)
    }


def recordings_of(person: Person) -> Select[ClipFile]:
    """What somebody has recorded, on whatever clip."""
    return (
        select(ClipFile)
        .join(Work, Work.clip_id == ClipFile.clip_id)
        .join(Revision, Revision.work_id == Work.id)
        .join(Comment, Comment.revision_id == Revision.id)
        .where(Comment.author_id == person.id)
        .where(ClipFile.purpose == literal(SAID) + sql_cast(Comment.id, String))
    )


def delete_recordings_of(person: Person) -> None:
    """Delete what somebody has recorded: a voice or a face is nobody else's to keep."""
    delete_files(ClipFile.id.in_(recordings_of(person).with_only_columns(ClipFile.id)))
