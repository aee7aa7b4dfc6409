"""Somebody's own clips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, Rows, StoredFile, file_name
from pdportal.db import db
from pdportal.inbox.services import withdraw_pages
from pdportal.video import services
from pdportal.video.captions.queries import captions_of
from pdportal.video.captions.reading import write_vtt
from pdportal.video.exemplars.models import Exemplar
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip, ClipFile, ClipShare, Purpose
from pdportal.video.uploads import policy
from pdportal.video.uploads.models import ClipUpload
from pdportal.video.uploads.services import remove_upload

_OF_CLIP = ["id", "title", "about", "consent", "agreed", "agreed_by", "agreed_on", "look_fors"]
_OF_CLIP += ["file_name", "trouble", "delete_by", "created_at", "deleted_at"]
_OF_UPLOAD = ["title", "about", "consent", "delete_by", "file_name", "problem", "size", "received"]


def _rows(person: Person) -> Mapping[str, Rows]:
    """What is said of each clip and whom it was shared with."""
    own = Clip.owner_id == person.id
    shared = ClipShare.clip_id, Person.name, ClipShare.question, ClipShare.shared_at
    offered = Exemplar.consent, Exemplar.look_fors, Exemplar.review_on, Exemplar.offered_at
    return {
        "clips": select(*Clip.__table__.c[*_OF_CLIP]).where(own),
        "shared_with": select(*shared)
        .join(Person, Person.id == ClipShare.person_id)
        .join(Clip, Clip.id == ClipShare.clip_id)
        .where(own),
        "uploads_not_finished": policy.open_uploads_of(person).with_only_columns(
            *ClipUpload.__table__.c[*_OF_UPLOAD]
        ),
        "offered_to_learn_from": select(Clip.title, *offered, Exemplar.ended_at)
        .join(Clip, Clip.id == Exemplar.clip_id)
        .where(own),
    }


def _files(person: Person) -> Iterator[Piece]:
    """The files that are still there."""
    for clip in db.session.scalars(_there(person)):
        yield _file(clip, clip.storage_key, clip.content_type)
        for captions in captions_of(clip):
            name = file_name(clip.title, clip.id, f"{captions.language}.vtt")
            yield Piece(name, write_vtt(captions.cues))
    originals = select(ClipFile).join(Clip).where(Clip.owner_id == person.id)
    for file in db.session.scalars(originals.where(ClipFile.purpose == Purpose.ORIGINAL)):
        yield _file(file.clip, file.storage_key, file.content_type, " (as uploaded)")


def _file(clip: Clip, key: str, content_type: str, which: str = "") -> Piece:
    kind = KINDS.get(content_type)
    ending = kind.suffix.lstrip(".") if kind else "video"
    return Piece(file_name(f"{clip.title}{which}", clip.id, ending), StoredFile(key))


def _forget(person: Person) -> None:
    """Delete the files, what is said of them, and what others were told of them."""
    for upload in db.session.scalars(policy.uploads_seen_by(person)).all():
        remove_upload(upload)
    for clip in db.session.scalars(_there(person)).all():
        services.delete_now(person, clip)
    clips = db.session.scalars(select(Clip).where(Clip.owner_id == person.id)).all()
    withdraw_pages(services.page_of(clip) for clip in clips)
    for clip in clips:
        clip.title, clip.about, clip.consent, clip.file_name = "—", "", "", ""
        clip.form_key = clip.look_fors = None
        clip.trouble = None


def _there(person: Person) -> Select[Clip]:
    return select(Clip).where(Clip.owner_id == person.id, Clip.deleted_at.is_(None))


PART = OwnPart(
    "clips",
    _l("Clips"),
    _rows,
    _files,
    ends=_forget,
    goes=_l(
        "Your clips are deleted for good, with their titles and questions, and so is what you have "
        "not finished uploading."
    ),
)
