"""What people do about their own data: download it, leave, change their mind."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Content, OwnPart, StoredFile, parts, parts_about
from pdportal.accounts.policy import is_last_admin
from pdportal.accounts.services.people import one_at_a_time
from pdportal.activity.services import record
from pdportal.db import after_commit, committing, db, find_or_add
from pdportal.inbox.services import address, notify
from pdportal.operations.jobs import jobs
from pdportal.privacy import policy
from pdportal.privacy.models import Download, Leaving
from pdportal.uploads import sweep
from pdportal.web.errors import Refused
from pdportal.web.locale import say_date
from pdportal.web.logs import log, where
from pdportal.web.words import speaking

KEPT = timedelta(days=7)
"""For so long a download can be fetched; it holds everything, so it does not lie about."""

WEEK = timedelta(days=7)
"""The time to change one's mind about leaving."""

STALLED = timedelta(minutes=30)
"""After so long another worker begins anew what one has not finished."""

UNKNOWN = timedelta(hours=1)
"""For so long a ZIP may lie in the storage that no row knows: it is stored first."""

PREFIX = "downloads"


def ask_for_download(person: Person, about: str | None = None) -> Download:
    """Have everything of one's own collected, or all `about` one thing; one that is being collected
    is not begun again. Raises `LookupError`."""
    waiting = policy.downloads_of(person).where(Download.ready_at.is_(None))
    waiting = waiting.where(Download.about.is_not_distinct_from(about))
    if download := db.session.scalars(waiting).first():
        return download
    download = Download(person_id=person.id, about=about, parts=len(parts_about(about)))
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
    leaving, is_new = find_or_add(
        policy.leaving_of(person),
        lambda: Leaving(person_id=person.id, leaves_at=clock.now() + WEEK),
    )
    if not is_new:
        return leaving
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
    """Put everything into a ZIP, part by part; how far it is can be read meanwhile.

    It ends where the download is deleted meanwhile, or another worker has begun it anew.
    """
    now = clock.now()
    with committing():
        taken = db.session.execute(
            update(Download)
            .where(Download.id == download_id, _to_be_collected(now))
            .values(begun_at=now, done=0)
            .returning(Download.person_id, Download.about)
        ).one_or_none()
    if taken is None:
        return  # ready, deleted, or another worker is at it
    person_id, all_parts = taken.person_id, parts_about(taken.about)
    turn = _Turn(download_id, now)
    with suppress(_TurnLost), storage.receive() as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for number, part in enumerate(all_parts, 1):
                for path, content in _pieces(part, person_id):
                    _add(archive, path, content)
                    turn.go_on()
                turn.go_on(done=number)
            archive.writestr("README.md", _contents(all_parts))
        size = file.tell()
        key = f"{PREFIX}/{secrets.token_hex(16)}"
        storage.put_received(key, file)
        try:
            with committing():
                turn.set(storage_key=key, size=size, ready_at=clock.now())
                notify(person_id, "data_ready", address("privacy.own_data"))
        except _TurnLost:
            storage.delete(key)


def film_deleted(owner_id: int, *, clip_id: int) -> None:
    """Collect what was collected with it anew: no ZIP outlives a film that is in it, and nobody who
    asked for one is left without."""
    with_it = or_(Download.about.is_(None), Download.about == f"clips-{clip_id}")
    mine = Download.person_id == owner_id, Download.begun_at.is_not(None), with_it
    for download in db.session.scalars(policy.downloads_kept().where(*mine).with_for_update()):
        _delete_file(download)
        download.storage_key = download.ready_at = download.begun_at = None
        download.done = download.size = 0


def collect_what_waits() -> None:
    """What no worker has taken, or one has given up."""
    waiting = select(Download.id).where(_to_be_collected(clock.now())).order_by(Download.id)
    _do_each(collect, db.session.scalars(waiting).all(), "download not collected")


def delete_old_downloads() -> None:
    """A download is there for a week."""
    old = policy.downloads_kept().where(Download.ready_at < clock.now() - KEPT)
    for download in db.session.scalars(old.with_for_update(skip_locked=True)).all():
        _delete(download)


def sweep_downloads() -> None:
    """Remove the ZIPs that no row knows: their worker broke off, or they could not be deleted."""
    known = policy.downloads_kept().with_only_columns(Download.storage_key)
    sweep(PREFIX, known, older_than=UNKNOWN)


def carry_out() -> None:
    """Let those go whose week is over; a leaving that fails is tried again in the next hour."""
    due = policy.leavings_open().where(Leaving.leaves_at <= clock.now()).order_by(Leaving.id)
    ids = db.session.scalars(due.with_only_columns(Leaving.id)).all()
    _do_each(_carry_out, ids, "leaving not carried out")


def _do_each(act: Callable[[int], None], ids: Iterable[int], trouble: str) -> None:
    """One that fails is logged, and keeps no other from being done."""
    for ident in ids:
        try:
            with committing():
                act(ident)
        except Exception as error:
            log.error(trouble, id=ident, exception=where(error))


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
    # What is collected at this moment is deleted by whoever collects it.
    for download in db.session.scalars(policy.downloads_of(person).with_for_update()).all():
        _delete(download)
    leaving.carried_out_at = clock.now()
    record(None, "carried_out", leaving)


def _to_be_collected(now: datetime) -> ColumnElement[bool]:
    return and_(
        Download.ready_at.is_(None),
        Download.deleted_at.is_(None),
        or_(Download.begun_at.is_(None), Download.begun_at < now - STALLED),
    )


class _TurnLost(Exception):
    """The download was deleted, or another worker has begun it anew."""


class _Turn:
    """One worker's turn at a download, known by when it was last begun or gone on with."""

    def __init__(self, download_id: int, begun_at: datetime) -> None:
        self._download_id, self._begun_at = download_id, begun_at

    def go_on(self, **values: int) -> None:
        """Say that somebody is still at it; at once if there is news, else now and then."""
        now = clock.now()
        if values or now - self._begun_at > STALLED / 10:
            with committing():
                self.set(begun_at=now, **values)
            self._begun_at = now

    def set(self, **values: Any) -> None:
        """Change the row as long as the turn lasts; raises `_TurnLost`."""
        mine = (
            Download.id == self._download_id,
            Download.begun_at == self._begun_at,
            Download.deleted_at.is_(None),
        )
        statement = update(Download).where(*mine).values(**values).returning(Download.id)
        if db.session.scalar(statement) is None:
            raise _TurnLost


def _delete(download: Download) -> None:
    download.deleted_at = clock.now()
    _delete_file(download)


def _delete_file(download: Download) -> None:
    if key := download.storage_key:
        after_commit(lambda: storage.delete(key))


def _pieces(part: OwnPart, person_id: int) -> list[tuple[str, Content]]:
    """What a part holds of somebody, read before any of it is copied: no transaction waits."""
    with committing():
        person = db.session.get_one(Person, person_id)
        with speaking(person.locale):
            return [(f"{part.name}/{piece.path}", piece.content) for piece in part.collect(person)]


def _add(archive: ZipFile, path: str, content: Content) -> None:
    if isinstance(content, StoredFile):
        _add_file(archive, path, content.key)
    elif isinstance(content, str):
        archive.writestr(path, content)
    else:
        archive.writestr(path, json.dumps(content, ensure_ascii=False, indent=2))


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


def _contents(all_parts: Iterable[OwnPart]) -> str:
    """What is in which folder."""
    lines = [f"- `{part.name}/`: {part.title}" for part in all_parts]
    return "\n".join(["# Your data in pdportal", "", *lines, ""])
