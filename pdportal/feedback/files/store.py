"""The files of works: received and stored; read by jobs; removed when no row names them."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import joinedload

from pdportal import clock, storage
from pdportal.content.text import is_heavy
from pdportal.db import committing, db
from pdportal.documents.kinds import HEAD, Unfit, kind_of
from pdportal.documents.reading import Box, Document, read_document
from pdportal.feedback.files.covering import uncover_words
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.files.troubles import sentence_about
from pdportal.operations.jobs import jobs
from pdportal.uploads import Upload, sweep
from pdportal.web.errors import Refused
from pdportal.web.typed import clean_words

PREFIX = "works"
READING = timedelta(minutes=10)
"""How long one worker has for a file, before another may try."""
_MEGABYTE = 1_000_000
_AT_ONCE = 4
"""So many of the largest files fit into one request."""
_PAGE = re.compile(r"^## (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Stored:
    """A file that is stored and waits for its row."""

    name: str
    kind: str
    size: int
    sha256: str
    key: str


def largest() -> int:
    """How many bytes a file may have."""
    return int(current_app.config["PDPORTAL"]["MAX_FILE_MB"]) * _MEGABYTE


def most_at_once() -> int:
    """How many bytes the files of one request may have."""
    return largest() * _AT_ONCE


def too_large(size: int) -> Refused:
    """What is said to whoever sends more than that."""
    message = _(
        "These files have %(size)s MB together; %(limit)s MB can be sent at once. Nothing was "
        "stored. Send fewer at a time.",
        size=size // _MEGABYTE,
        limit=most_at_once() // _MEGABYTE,
    )
    return Refused(message, status=413, field="files")


def store_file(upload: Upload, name: str) -> Stored:
    """Store what was uploaded, if it can be one of ours; its row comes after. Raises `Refused`."""
    name = clean_words(name.replace("\\", "/").rpartition("/")[2]).strip()[-200:] or _("Untitled")
    if upload.size > largest():
        message = _("It is larger than %(most)s MB.", most=largest() // _MEGABYTE)
        raise Refused(f"{name}: {message}", status=422, field="files")
    upload.seek(0)
    kind = kind_of(upload.read(HEAD))
    if isinstance(kind, Unfit):
        raise Refused(f"{name}: {sentence_about(kind)}", status=422, field="files")
    key = f"{PREFIX}/{secrets.token_hex(16)}"
    storage.put_received(key, upload.file)
    return Stored(name, kind.name, upload.size, upload.sha256, key)


# Jobs; each of these may be done twice


def read_file(file_id: int) -> None:
    """Find out what a file holds, and draw what is shown of it."""
    with committing():
        claimed = db.session.execute(
            update(WorkFile)
            .where(WorkFile.id == file_id, _to_be_read())
            .values(read_after=clock.now() + READING)
        )
    if not claimed.rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
        return  # read, removed, or another worker is at it
    asked = _Asked.of(db.session.scalars(_whole(file_id)).one())
    db.session.rollback()
    with asked.read() as found, committing():
        _store_found(file_id, found, asked.boxes)


def read_now(file: WorkFile) -> None:
    """The same within the transaction that is open; the demo has no jobs while it is made."""
    asked = _Asked.of(file)
    with asked.read() as found:
        _store_found(file.id, found, asked.boxes)


@dataclass(frozen=True)
class _Asked:
    """What is to be read of a file, and drawn."""

    key: str
    kind: str
    boxes: dict[int, list[Box]]
    only: list[int] | None

    @classmethod
    def of(cls, file: WorkFile) -> _Asked:
        boxes = {each.number: each.boxes for each in file.pictures if each.boxes}
        undrawn = [each.number for each in file.pictures if each.storage_key is None]
        kind = "zip" if file.kind in _ZIPPED else file.kind
        return cls(file.storage_key, kind, boxes, undrawn if file.pictures else None)

    @contextmanager
    def read(self) -> Iterator[Document]:
        """What was found; its pictures go when the context ends."""
        most: int = current_app.config["PDPORTAL"]["PAGES_SHOWN"]
        room = TemporaryDirectory(dir=storage.incoming_folder())
        with room as name, storage.as_local_file(self.key) as path:
            yield read_document(
                path.absolute(),
                self.kind,
                Path(name),
                most_pages=most,
                boxes=self.boxes,
                only=self.only,
            )


def read_files() -> None:
    """The same for files whose turn was lost, the newest first."""
    before = clock.now() - timedelta(minutes=5)
    waiting = select(WorkFile.id).where(_to_be_read(), WorkFile.added_at < before)
    for file_id in db.session.scalars(waiting.order_by(WorkFile.id.desc()).limit(50)).all():
        jobs(current_app).do("read_work_file", file_id)


def sweep_files() -> None:
    """Remove files that no row names: of uploads that broke off, and pictures drawn in vain."""
    sweep(PREFIX, select(WorkFile.storage_key), select(FilePicture.storage_key))
    before = clock.now() - timedelta(days=1)
    for folder in storage.incoming_folder().glob("tmp*"):  # of readers that were killed
        with suppress(OSError):
            if folder.is_dir() and folder.stat().st_mtime < before.timestamp():
                shutil.rmtree(folder)


_ZIPPED = {"docx", "pptx", "odt"}


def _to_be_read() -> ColumnElement[bool]:
    free = or_(WorkFile.read_after.is_(None), WorkFile.read_after <= clock.now())
    return WorkFile.read_at.is_(None) & free


def _whole(file_id: int) -> Select[WorkFile]:
    return select(WorkFile).where(WorkFile.id == file_id).options(joinedload(WorkFile.work))


def _store_found(file_id: int, found: Document, boxes: dict[int, list[Box]]) -> None:
    """Store what was found, unless more was blurred meanwhile: then the next job does it."""
    file = db.session.scalars(
        _whole(file_id).with_for_update(of=WorkFile).execution_options(populate_existing=True)
    ).one_or_none()
    if file is None or {each.number: each.boxes for each in file.pictures if each.boxes} != boxes:
        return
    file.read_at, file.trouble = clock.now(), found.unfit
    if found.unfit:
        return
    file.kind, file.pages, file.is_cut = found.kind, found.pages, found.is_cut
    before, file.text = file.text, _worded(found)
    known = {each.number: each for each in file.pictures}
    for drawn in found.pictures:
        picture = known.get(drawn.number)
        if picture is None:
            picture = FilePicture(file=file, number=drawn.number, boxes=[])
            db.session.add(picture)
        picture.width, picture.height = drawn.width, drawn.height
        picture.storage_key = f"{PREFIX}/{secrets.token_hex(16)}"
        picture.size = drawn.path.stat().st_size
        storage.put(picture.storage_key, drawn.path)
    if before:
        uncover_words(file, before)


def _worded(found: Document) -> str:
    """The text of a file, with its pages named; plain where it is too much for Markdown."""
    named = _("Slide") if found.kind == "pptx" else _("Page")
    text = _PAGE.sub(rf"**{named} \1**", found.text)
    return re.sub(r"\\(.)", r"\1", text) if is_heavy(text) else text
