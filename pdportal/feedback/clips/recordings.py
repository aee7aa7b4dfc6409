"""Replies by voice or video: a file beside the words of a reply, gone with it or with its clip.

Whoever sees the clip reads the reply and plays the file; both by the one rule for a clip's files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from flask import request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, literal, select
from sqlalchemy import cast as sql_cast

from pdportal import storage
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, StoredFile, file_name
from pdportal.db import add_unless_there, db
from pdportal.feedback.comments import services
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import is_heard_by_author
from pdportal.uploads import Upload
from pdportal.video.files import Stored, store_file
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip, ClipFile
from pdportal.video.services import delete_files
from pdportal.web.errors import Refused

SAID = "said-"
"""What the purpose of such a file begins with; the number of its reply follows."""
MOST_SECONDS = 180
MOST_BYTES = 60_000_000


def too_large(_size: int) -> Refused:
    """What is said to whoever sends more than that."""
    message = _("Keep the recording under 3 minutes; this one is too large. Nothing was sent.")
    return Refused(message, status=413)


def reply(person: Person, clip: Clip, first: Comment, text: str) -> Comment:
    """Reply to a comment on a clip in words, with the recording that came beside them, if one did.

    Sent twice, it is one reply with one recording.
    """
    stored = _typed_recording(clip, text)
    try:
        new = services.reply(person, first, text)
    except BaseException:
        if stored is not None:
            storage.delete(stored.key)
        raise
    if stored is not None:
        row = ClipFile(
            clip_id=clip.id,
            purpose=f"{SAID}{new.id}",
            storage_key=stored.key,
            content_type=stored.kind.content_type,
            size=stored.size,
            sha256=stored.sha256,
        )
        if not add_unless_there(row):
            storage.delete(stored.key)
    return new


def _typed_recording(clip: Clip, text: str) -> Stored | None:
    """The recording that came with a reply, stored and without a row; raises `Refused` (422).

    `text` are the words beside it, without which it is not taken. Nothing is converted here, so
    that it has to be of a kind that can be cleaned of place and device as it is.
    """
    file = request.files.get("recording")
    if file is None or not file.filename:
        return None
    message = ""
    if not text.strip():
        message = _("Say in a few words what is in it, for whoever cannot listen.")
    elif clip.deleted_at is not None:
        message = _("This clip is deleted; there is nothing left to show.")
    if message:
        raise Refused(message, status=422, field="text")
    stored = store_file(cast(Upload, file.stream), converts=False)
    if (stored.film.seconds or 0) > MOST_SECONDS + 10:
        storage.delete(stored.key)
        raise too_large(stored.size)
    return stored


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


def recordings(*which: ColumnElement[bool]) -> Select[ClipFile, str]:
    """Recordings, each with the name of whoever made it; `which` are conditions on its `Comment`
    and the `Work` that its clip is."""
    return (
        select(ClipFile, Person.name)
        .join(Work, Work.clip_id == ClipFile.clip_id)
        .join(Revision, Revision.work_id == Work.id)
        .join(Comment, Comment.revision_id == Revision.id)
        .join(Person, Person.id == Comment.author_id)
        .where(ClipFile.purpose == literal(SAID) + sql_cast(Comment.id, String), *which)
        .order_by(ClipFile.id)
    )


def recordings_heard_by(owner: Person) -> Select[ClipFile, str]:
    """What others recorded in reply on somebody's clips, once its owner reads what they say."""
    return recordings(
        Work.author_id == owner.id, Comment.author_id != owner.id, is_heard_by_author()
    )


def recorded(which: Select[ClipFile, str]) -> Iterator[Piece]:
    """Recordings for a download, each called after whoever made it."""
    for recording, name in db.session.execute(which):
        number = int(recording.purpose.removeprefix(SAID))
        called = file_name(name, number, KINDS[recording.content_type].suffix.lstrip("."))
        yield Piece(f"recordings/{called}", StoredFile(recording.storage_key))


def delete_recordings_of(person: Person) -> None:
    """Delete what somebody has recorded: a voice or a face is nobody else's to keep."""
    theirs = recordings(Comment.author_id == person.id).order_by(None)
    delete_files(ClipFile.id.in_(theirs.with_only_columns(ClipFile.id)))
