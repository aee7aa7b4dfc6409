"""What people do about their own data: download it, leave, change their mind."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from zipfile import ZIP_DEFLATED, ZipFile

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, StoredFile, parts
from pdportal.accounts.policy import is_last_admin
from pdportal.accounts.services.people import one_at_a_time
from pdportal.activity.services import record
from pdportal.db import add_unless_there, after_commit, committing, db
from pdportal.inbox.services import address, notify
from pdportal.operations.jobs import jobs
from pdportal.privacy import policy
from pdportal.privacy.models import Download, Leaving
from pdportal.web.errors import Refused
from pdportal.web.locale import say_date
from pdportal.web.logs import log, where

KEPT = timedelta(days=7)
"""For so long a download can be fetched; it holds everything, so it does not lie about."""

WEEK = timedelta(days=7)
"""The time to change one's mind about leaving."""

STALLED = timedelta(minutes=30)
"""After so long another worker begins anew what one has not finished."""

PREFIX = "downloads"


def ask_for_download(person: Person) -> Download:
    """Have everything of one's own collected; one that is being collected is not begun again."""
    waiting = policy.downloads_of(person).where(Download.ready_at.is_(None))
    if download := db.session.scalars(waiting).first():
        return download
    download = Download(person_id=person.id, parts=len(parts()))
    db.session.add(download)
    db.session.flush()
    record(person, "asked_for_data", download)
    jobs(current_app).do("collect_own_data", download.id)
    return download


def leave(person: Person) -> Leaving:
    """Ask to leave: carried out after a week. Asked twice, it is one leaving."""
    one_at_a_time(person.district_id)
    if not policy.may_leave(person):
        raise Refused(
            _("No other admin of the whole district would stay. Make somebody else admin first.")
        )
    leaving = Leaving(person_id=person.id, leaves_at=clock.now() + WEEK)
    if not add_unless_there(leaving):
        return db.session.scalars(policy.leaving_of(person)).one()
    notify(
        person.id, "leaving", address("privacy.own_data"), day=say_date(leaving.leaves_at.date())
    )
    record(person, "asked_to_leave", leaving)
    return leaving


def stay(person: Person) -> None:
    """Change one's mind about leaving."""
    leaving = db.session.scalars(policy.leaving_of(person).with_for_update()).one_or_none()
    if leaving is not None:
        leaving.withdrawn_at = clock.now()
        record(person, "stayed", leaving)


# Jobs; each of these may be done twice


def collect(download_id: int) -> None:
    """Put everything into a ZIP, part by part; how far it is can be read meanwhile."""
    now = clock.now()
    with committing():
        person_id = db.session.scalar(
            update(Download)
            .where(Download.id == download_id, _to_be_collected(now))
            .values(begun_at=now, done=0)
            .returning(Download.person_id)
        )
    if person_id is None:
        return  # ready, or another worker is at it
    with storage.receive() as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for number, part in enumerate(parts(), 1):
                with committing():
                    _add(archive, part, db.session.get_one(Person, person_id))
                    done = update(Download).where(Download.id == download_id)
                    db.session.execute(done.values(done=number))
            archive.writestr("README.md", _contents())
        size = file.tell()
        key = f"{PREFIX}/{secrets.token_hex(16)}"
        storage.put_received(key, file)
    with committing():
        download = db.session.get_one(Download, download_id)
        download.storage_key, download.size, download.ready_at = key, size, clock.now()
        notify(person_id, "data_ready", address("privacy.own_data"))


def collect_what_waits() -> None:
    """What no worker has taken, or one has given up."""
    waiting = select(Download.id).where(_to_be_collected(clock.now())).order_by(Download.id)
    for download_id in db.session.scalars(waiting).all():
        collect(download_id)


def delete_old_downloads() -> None:
    """A download is there for a week."""
    old = Download.ready_at < clock.now() - KEPT
    for download in db.session.scalars(
        select(Download).where(old, Download.deleted_at.is_(None)).with_for_update(skip_locked=True)
    ).all():
        _delete(download)


def carry_out() -> None:
    """Let those go whose week is over; a leaving that fails is tried again in the next hour."""
    due = policy.leavings_open().where(Leaving.leaves_at <= clock.now()).order_by(Leaving.id)
    for leaving_id in db.session.scalars(due.with_only_columns(Leaving.id)).all():
        try:
            with committing():
                _carry_out(leaving_id)
        except Exception as error:  # whatever it is, the others leave
            log.error("leaving not carried out", leaving=leaving_id, exception=where(error))


def _carry_out(leaving_id: int) -> None:
    """Each feature removes what goes, the account last; the last admin stays, and is told."""
    due = policy.leavings_open().where(Leaving.id == leaving_id)
    leaving = db.session.scalars(due.with_for_update(skip_locked=True)).one_or_none()
    if leaving is None:
        return  # another worker has it, or somebody stays
    person = leaving.person
    one_at_a_time(person.district_id)
    if is_last_admin(person):
        leaving.withdrawn_at = clock.now()
        notify(person.id, "kept_as_admin", address("privacy.own_data"))
        record(None, "kept", leaving)
        return
    for part in reversed(parts()):
        part.forget(person)
    for download in db.session.scalars(policy.downloads_of(person)).all():
        _delete(download)
    leaving.carried_out_at = clock.now()
    record(None, "carried_out", leaving)


def _to_be_collected(now: datetime) -> ColumnElement[bool]:
    return Download.ready_at.is_(None) & or_(
        Download.begun_at.is_(None), Download.begun_at < now - STALLED
    )


def _delete(download: Download) -> None:
    download.deleted_at = clock.now()
    if key := download.storage_key:
        after_commit(lambda: storage.delete(key))


def _add(archive: ZipFile, part: OwnPart, person: Person) -> None:
    with force_locale(person.locale or current_app.config["BABEL_DEFAULT_LOCALE"]):
        pieces: Iterable[Piece] = list(part.collect(person))
    for piece in pieces:
        path = f"{part.name}/{piece.path}"
        if isinstance(piece.content, StoredFile):
            _add_file(archive, path, piece.content.key)
        elif isinstance(piece.content, str):
            archive.writestr(path, piece.content)
        else:
            archive.writestr(path, json.dumps(piece.content, ensure_ascii=False, indent=2))


def _add_file(archive: ZipFile, path: str, key: str) -> None:
    try:
        with (
            storage.as_local_file(key) as stored,
            stored.open("rb") as source,
            archive.open(path, "w", force_zip64=True) as target,
        ):
            shutil.copyfileobj(source, target, storage.PIECE)
    except FileNotFoundError:
        archive.writestr(f"{path}.missing.txt", "This file could not be found.")


def _contents() -> str:
    """What is in which folder."""
    lines = [f"- `{part.name}/`: {part.title}" for part in parts()]
    return "\n".join(["# Your data in pdportal", "", *lines, ""])
