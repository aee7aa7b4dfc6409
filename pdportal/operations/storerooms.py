"""What the doctor looks at where things are stored: each is written before it is called good."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from pdportal.config import PREFIX, database_url
from pdportal.db.faults import Fault, fault_of
from pdportal.db.migrations import step_of, why_unfit
from pdportal.db.writable import LONG, try_to_write
from pdportal.operations.held import by_kind, files_held
from pdportal.setting_values import Bucket
from pdportal.stores import StorageUnavailable, bucket_origin, open_store
from pdportal.stores import try_to_write as try_to_store
from pdportal.web.assets import DIST

T = TypeVar("T")

LEAST_FREE = 1_000_000_000
"""Bytes below which a disk is called full: a few clips more, and nothing can be stored."""

_TRIAL = b"0" * 1_000_000


@dataclass(frozen=True)
class Finding:
    """One thing the doctor looked at."""

    state: Literal["good", "note", "wrong"]
    what: str
    mend: str = ""


def examine_storerooms(settings: dict[str, Any]) -> Iterator[Finding]:
    """Look at the data folder, the database, files, temporary files and the front end."""
    data: Path = settings["DATA"]
    trouble = _trouble_with_folder(data)
    if trouble:
        yield Finding("wrong", f"The data folder {data} cannot be used: {trouble}.", _OWN)
        return
    yield from _examine_data_folder(data)
    yield from _examine_database(settings)
    yield from _examine_files(settings)
    if trouble := _trouble_with_folder(Path(tempfile.gettempdir())):
        yield Finding(
            "note",
            f"Temporary files cannot be written ({tempfile.gettempdir()}): {trouble}.",
            "The portal does without: uploads lie beside the files. Other programs here do not.",
        )
    yield from _examine_front_end()


_OWN = (
    f"Make room there, give it to the user that the portal runs as, or set {PREFIX}DATA to a "
    "folder of that user."
)


def _trouble_with_folder(folder: Path) -> str:
    """What keeps a megabyte from being written there; nothing if it was."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder) as trial:
            trial.write(_TRIAL)
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        fault = fault_of(error)
        return (error.strerror or str(error)) if fault is Fault.OTHER else fault.value
    return ""


def _examine_data_folder(data: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(data).free
    has_room = free > LEAST_FREE
    yield Finding(
        "good" if has_room else "wrong",
        f"Data folder {data}: {free / 1e9:.1f} GB free.",
        "" if has_room else "Make room: clips and the database need it.",
    )
    if data.stat().st_mode & 0o077:
        yield Finding("note", "Others can list the data folder.", f"Run: chmod 700 {data}")
    if not hasattr(os, "geteuid"):
        return
    for path in sorted(data.iterdir()):
        owner = path.stat().st_uid
        if owner != os.geteuid():
            yield Finding(
                "wrong" if os.geteuid() else "note",
                f"{path} belongs to {_name_of(owner)}, and this is {_name_of(os.geteuid())}.",
                "Run the portal and this command as one user; chown -R gives it the folder.",
            )


def _name_of(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _examine_database(settings: dict[str, Any]) -> Iterator[Finding]:
    url = make_url(database_url(settings))
    kind = url.get_backend_name()
    engine = create_engine(url)
    try:
        yield from _examine_open_database(engine, kind)
    except SQLAlchemyError as error:
        fault = fault_of(error)
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
        cure = {Fault.AWAY: f"Check {PREFIX}DATABASE_URL and that the server runs."}
        does = "does not answer" if fault is Fault.AWAY else "cannot be used"
        yield Finding(
            "wrong",
            f"The {kind} database {does}: {reason}",
            cure.get(fault, f"{fault.value[:1].upper()}{fault.value[1:]}."),
        )
    finally:
        engine.dispose()
    queue = settings["DATA"] / "jobs.sqlite3"
    if not settings["JOBS_URL"] and queue.exists() and (damage := _damage_in(queue)):
        yield Finding(
            "wrong",
            f"The queue of jobs {queue} cannot be used: {damage}.",
            "Stop the portal and remove it; jobs are found again from the database.",
        )


def _examine_open_database(engine: Engine, kind: str) -> Iterator[Finding]:
    if kind == "sqlite" and (damage := _damage_in(Path(engine.url.database or ""))):
        yield Finding(
            "wrong",
            f"The {kind} database is damaged: {damage}",
            "Stop the portal and restore the last backup: pdportal restore FROM",
        )
        return
    with engine.connect() as connection:
        reason = why_unfit(step_of(connection))
    if reason:
        what, _, mend = reason.partition(";" if ";" in reason else ". ")
        yield Finding("wrong", f"{what[:1].upper()}{what[1:]}.", mend.strip().capitalize())
        return
    try_to_write(engine.url, LONG)
    yield Finding("good", f"The {kind} database answers and is up to date, and takes a write.")


def _damage_in(path: Path) -> str:
    """What SQLite finds wrong in its file; nothing if it is sound or cannot be read."""
    if not path.exists() or not path.stat().st_size:
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            faults = [row[0] for row in database.execute("PRAGMA quick_check(3)")]
    except sqlite3.Error as error:
        return str(error) if fault_of(error) is Fault.DAMAGED else ""
    return "" if faults == ["ok"] else "; ".join(faults)


def _examine_files(settings: dict[str, Any]) -> Iterator[Finding]:
    files: Path | Bucket = settings["FILES"]
    where = f"the bucket {files.name}" if isinstance(files, Bucket) else f"the folder {files}"
    try:
        store = open_store(files, settings["AWS"])
        try_to_store(store)
        yield Finding("good", f"Files are stored in {where}.")
        yield from _examine_held(settings, store)
    except (BaseError, OSError) as error:
        reason = str(error) if isinstance(error, StorageUnavailable) else fault_of(error).value
        yield Finding(
            "wrong",
            f"Files cannot be stored in {where}: {reason}",
            f"Check {PREFIX}FILES and the AWS_… variables; docs/settings.md explains them."
            if isinstance(files, Bucket)
            else f"Make room there, or set {PREFIX}FILES to a folder that the portal's user owns.",
        )
        return
    if isinstance(files, Bucket):
        yield from _examine_way_to_bucket(settings, files, where)


def _examine_way_to_bucket(
    settings: dict[str, Any], files: Bucket, where: str
) -> Iterator[Finding]:
    if files.endpoint.startswith("http:"):
        yield Finding(
            "note",
            f"Clips travel to {where} in the open.",
            f"Use an https endpoint in {PREFIX}FILES, unless only this machine sees the way.",
        )
    if settings["SIGNED_MINUTES"] and (trouble := _trouble_for_browsers(settings)):
        yield Finding(
            "wrong",
            f"Browsers are sent to {where} for clips and cannot get them: {trouble}.",
            f"Give {PREFIX}FILES an endpoint that browsers reach, or set {PREFIX}SIGNED_MINUTES=0: "
            "then the portal sends clips itself.",
        )


def _trouble_for_browsers(settings: dict[str, Any]) -> str:
    """What keeps a browser that reaches the portal from reaching the bucket."""
    bucket = urlsplit(bucket_origin(settings["FILES"], settings["AWS"]))
    portal = urlsplit(settings["BASE_URL"])
    if (portal.scheme, bucket.scheme) == ("https", "http"):
        return "pages with https play nothing that comes without"
    if _is_near(bucket.hostname) and not _is_near(portal.hostname):
        return f"{bucket.hostname} is known within your own network alone"
    return ""


def _is_near(host: str | None) -> bool:
    """Whether an address is one of this machine or network, and of no use elsewhere."""
    try:
        return not host or ip_address(host).is_private
    except ValueError:
        return "." not in str(host) or str(host).endswith((".local", ".internal", ".localhost"))


def asked(settings: dict[str, Any], ask: Callable[[Connection], T]) -> T | None:
    """What the database answers; None where it cannot be asked, which is said elsewhere."""
    engine = create_engine(database_url(settings), poolclass=NullPool)
    with suppress(SQLAlchemyError), engine.connect() as connection:
        return ask(connection)
    return None


def _examine_held(settings: dict[str, Any], store: Any) -> Iterator[Finding]:
    """Whether each file the database has is there, whole; silent where it cannot be asked."""
    held = asked(settings, files_held) or []
    stored = {file["path"]: file["size"] for batch in obstore.list(store) for file in batch}
    for wrong, some in (
        ("have no file", [each for each in held if each.key not in stored]),
        (
            "have a file of another size",
            [each for each in held if stored.get(each.key, each.size) != each.size],
        ),
    ):
        counts = Counter(each.what for each in some)
        for what, shown in by_kind(some).items():
            yield Finding(
                "wrong",
                f"{counts[what]} {what} {wrong}: {shown}.",
                "Bring the files back from a backup, or ask their owners to upload them again.",
            )


def _examine_front_end() -> Iterator[Finding]:
    manifest = DIST / "manifest.json"
    try:
        names = json.loads(manifest.read_text(encoding="utf-8")).values()
        missing = [name for name in names if not (DIST / name).is_file()]
    except (OSError, ValueError, AttributeError):
        missing = ["manifest.json"]
    if missing:
        yield Finding(
            "wrong",
            f"The front end is not built, or not whole: {', '.join(missing[:3])} is missing.",
            "Run: make setup",
        )
    else:
        yield Finding("good", "The front end is built.")
