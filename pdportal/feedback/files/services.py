"""What authors do with the files of a work: add, replace, remove, blur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.files import policy, queries
from pdportal.feedback.files.attached import files_of_draft
from pdportal.feedback.files.bringing import delete_file, take_out
from pdportal.feedback.files.covering import cover_words
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.files.store import Stored
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Revision, Work
from pdportal.operations.jobs import jobs
from pdportal.uploads import delete_stored
from pdportal.web.errors import Refused, require

WHOLE = 1_000
"""The sides of a picture, as boxes are measured."""
MOST_BOXES = 40


def add_files(
    author: Person, work: Work, stored: Sequence[Stored], replaces: str = ""
) -> list[WorkFile]:
    """Add files to the version being written; the first one takes the place of one it replaces.

    Gives those that are new: a file that is there already is not added twice. Raises `Refused`
    where there are too many.
    """
    require(work_policy.may_write(author, work) and kind_of(work).has_files)
    db.session.execute(select(Work.id).where(Work.id == work.id).with_for_update())
    db.session.refresh(work, ["files"])
    present = files_of_draft(work)
    new = [upload for upload in stored if upload.sha256 not in {each.sha256 for each in present}]
    delete_stored(upload.key for upload in stored if upload not in new)
    old = next((each for each in present if each.key == replaces), None)
    most: int = current_app.config["PDPORTAL"]["FILES_OF_WORK"]
    if len(present) - (old is not None) + len(new) > most:
        message = ngettext(
            "A work has %(num)s file at most. Remove one first.",
            "A work has %(num)s files at most. Remove some first.",
            most,
        )
        raise Refused(message, status=422, field="files")
    added = []
    taken = max((int(each.key.rpartition("-")[2]) for each in work.files), default=0)
    for upload in new:
        if old is not None:
            key = old.key
            take_out(old)
            old = None
        else:
            taken += 1
            key = f"file-{taken}"
        file = WorkFile(
            work=work,
            key=key,
            name=upload.name,
            kind=upload.kind,
            size=upload.size,
            sha256=upload.sha256,
            storage_key=upload.key,
            by_id=author.id,
        )
        db.session.add(file)
        db.session.flush()
        added.append(file)
        jobs(current_app).do("read_work_file", file.id)
    record(author, "added_files", work, files=len(new))
    return added


def remove_file(author: Person, file: WorkFile) -> None:
    """Leave a file out of the next version; one that no version has is deleted."""
    _own(author, file)
    record(author, "removed_file", file.work)
    take_out(file)


def put_back(author: Person, file: WorkFile) -> None:
    """Leave a file in after all, in the place of what replaced it."""
    _own(author, file)
    for other in files_of_draft(file.work):
        if other.key == file.key and other.id != file.id:
            take_out(other)
    file.is_leaving = False


def blur(author: Person, picture: FilePicture, box: Sequence[int]) -> None:
    """Blur one more part of a page or picture, for everybody who reads it, and its words with it.

    `box` is left, top, width and height in thousandths.
    """
    require(policy.may_blur(author, picture.file))
    left, top, width, height = box
    if not (0 <= left < WHOLE and 0 <= top < WHOLE and width >= 1 and height >= 1):
        raise Refused(
            _("Draw a box on the picture, or say where it begins and how large it is."),
            status=422,
            field="left",
        )
    clipped = [left, top, min(width, WHOLE - left), min(height, WHOLE - top)]
    if clipped in picture.boxes:
        return  # sent twice
    if len(picture.boxes) >= MOST_BOXES:
        raise Refused(_("Blur one large part instead of many small ones."), status=422)
    _draw_anew(picture, [*picture.boxes, clipped])


def unblur(author: Person, picture: FilePicture) -> None:
    """Blur nothing of a page or picture, as long as nobody else could see it."""
    _own(author, picture.file)
    if not policy.may_unblur(author, picture.file, is_shared=queries.is_shared(picture.file)):
        raise Refused(
            _("Others have this version. Replace the file in the next one to show that part.")
        )
    if picture.boxes:
        _draw_anew(picture, [])


def revision_saved(work: Work, *, revision: Revision, **_more: Any) -> None:
    """A version of a work keeps the files that it has."""
    if not kind_of(work).has_files:
        return
    for file in work.files:
        if file.is_leaving and file.gone_in is None:
            file.gone_in, file.is_leaving = revision.number, False
        elif file.added_in is None:
            file.added_in = revision.number


def delete_files_of(person: Person) -> None:
    """Delete all files of somebody's works for good."""
    for file in db.session.scalars(queries.files_of(person)).all():
        delete_file(file)


def _draw_anew(picture: FilePicture, boxes: list[list[int]]) -> None:
    """Show nothing of the file to others until it is drawn as its author wants."""
    delete_stored([picture.storage_key])
    picture.boxes, picture.storage_key = boxes, None
    picture.file.read_at = picture.file.read_after = None
    cover_words(picture.file)
    record(picture.file.work.author, "blurred", picture.file.work)
    jobs(current_app).do("read_work_file", picture.file_id)


def _own(author: Person, file: WorkFile) -> None:
    require(policy.may_change(author, file))
