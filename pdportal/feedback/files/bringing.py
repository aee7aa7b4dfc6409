"""Files of an old version of a work, brought back into the one being written."""

from __future__ import annotations

import secrets

from pdportal import storage
from pdportal.db import db
from pdportal.feedback.files.attached import files_in, files_of_draft
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.files.store import PREFIX
from pdportal.feedback.works.models import Work
from pdportal.uploads import delete_stored


def bring_back_files(work: Work, number: int) -> None:
    """Let the version being written have the files of an old one, and no others.

    What is still there stays, if all is blurred that was; what is gone comes as a copy, blurred
    where it was.
    """
    old, now = files_in(work, number), files_of_draft(work)
    for file in now:
        if not any(_stands_for(file, each) for each in old):
            take_out(file)
    present = files_of_draft(work)
    for file in old:
        if any(_stands_for(each, file) for each in present):
            continue
        if file.gone_in is None:
            file.is_leaving = False
        else:
            _copy(file)
    db.session.flush()
    db.session.expire(work, ["files"])


def _stands_for(file: WorkFile, old: WorkFile) -> bool:
    """Whether a file is what an old one was, and hides what that one hides."""
    blurred = {each.number: each.boxes for each in file.pictures}
    return (file.key, file.sha256) == (old.key, old.sha256) and all(
        box in blurred.get(picture.number, []) for picture in old.pictures for box in picture.boxes
    )


def take_out(file: WorkFile) -> None:
    """Leave a file out of the next version; one that no version has is deleted."""
    if file.added_in is None:
        delete_file(file)
    else:
        file.is_leaving = True


def delete_file(file: WorkFile) -> None:
    """Delete a file and its pictures for good."""
    delete_stored([file.storage_key, *(each.storage_key for each in file.pictures)])
    for picture in list(file.pictures):
        db.session.delete(picture)
    db.session.flush()
    file.work.files.remove(file)
    db.session.delete(file)
    db.session.flush()


def _copy(file: WorkFile) -> None:
    copy = WorkFile(**_columns(file, "added_in", "gone_in", "is_leaving", "added_at"))
    copy.work, copy.storage_key = file.work, _stored_again(file.storage_key)
    db.session.add(copy)
    db.session.flush()
    for picture in file.pictures:
        again = FilePicture(file_id=copy.id, **_columns(picture, "file_id"))
        if picture.storage_key is not None:
            again.storage_key = _stored_again(picture.storage_key)
        db.session.add(again)


def _columns(row: WorkFile | FilePicture, *but: str) -> dict[str, object]:
    left = {"id", "storage_key", *but}
    names = (column.name for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in left}


def _stored_again(key: str) -> str:
    new = f"{PREFIX}/{secrets.token_hex(16)}"
    with storage.as_local_file(key) as path:
        storage.put(new, path)
    return new
