"""Backups: the database as it is at one moment, every file, and the key, in a folder of their own.

A backup is made while the portal runs. It says of each file in it how large it is and its hash; it
is read again before it is called good, and before anything of it is restored.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError

from pdportal import clock
from pdportal.config import kept_secret
from pdportal.db.migrations import is_newer, newest_step
from pdportal.operations import CannotRun
from pdportal.operations.dumps import Dump, dump_of
from pdportal.operations.held import by_kind
from pdportal.setting_values import Bucket
from pdportal.stores import INCOMING, open_store, why_unavailable

MANIFEST = "manifest.json"
KEY = "secret-key"
FORMAT = 1
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Told:
    """What a backup holds, for whoever made or restored it."""

    step: str
    files: int
    bytes: int

    def __str__(self) -> str:
        return f"database at {self.step}, {self.files} files, {self.bytes / 1e6:.1f} MB"


def make_backup(settings: dict[str, Any], to: Path) -> Told:
    """Write a backup into a new folder. Raises `CannotRun`; then nothing is left there."""
    if to.exists():
        raise CannotRun(f"{to} is there already; a backup needs a folder of its own.")
    partial = to.with_name(f"{to.name}.partial")
    files: Path | Bucket = settings["FILES"]
    if isinstance(files, Path) and files in partial.absolute().parents:
        raise CannotRun(f"{to} lies among the files that are backed up; choose another place.")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True, mode=0o700)
        told = _fill(settings, partial)
        partial.rename(to)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, BaseError):
            raise CannotRun(f"files cannot be read: {why_unavailable(error)}") from None
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            raise CannotRun(f"the backup could not be written to {to}: {reason}.") from None
        raise
    return told


def restore_backup(settings: dict[str, Any], source: Path) -> Told:
    """Bring back what a backup holds, where there is nothing yet. Raises `CannotRun`."""
    manifest = _read_manifest(source)
    dump = dump_of(settings)
    step = manifest["step"]
    if is_newer(step):
        raise CannotRun(
            f"the backup is at {step}, and this program knows {newest_step()}; install the "
            "pdportal that made it, or a newer one."
        )
    if manifest["database"] != dump.kind:
        raise CannotRun(
            f"the backup holds a {manifest['database']} database, and the settings name a "
            f"{dump.kind} one."
        )
    _verify(source, manifest)
    data: Path = settings["DATA"]
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _must_be_empty(settings, dump)
    for name in manifest["files"]:
        if name == KEY or name.startswith("mail/"):
            (data / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(source / name, data / name)
    with _whole(open_store(settings["FILES"], settings["AWS"])) as put:
        for name in manifest["files"]:
            if name.startswith("files/"):
                put(name.removeprefix("files/"), source / name)
        dump.restore(source / dump.name)
    files = settings["FILES"]
    brought = [data / KEY, *_below(data / "mail"), *dump.paths()]
    _close([*brought, *(_below(files) if isinstance(files, Path) else ())], like=data)
    return _told(manifest)


@contextmanager
def _whole(store: Any) -> Iterator[Callable[[str, Path], None]]:
    """Stores files; where one of them fails, or what comes after, none of them stays."""
    stored: list[str] = []

    def put(key: str, path: Path) -> None:
        stored.append(key)
        obstore.put(store, key, path)

    try:
        yield put
    except BaseException as error:
        for key in stored:
            with suppress(BaseError, OSError):
                obstore.delete(store, key)
        if isinstance(error, BaseError):
            raise CannotRun(f"files cannot be stored: {why_unavailable(error)}") from None
        raise


def _fill(settings: dict[str, Any], partial: Path) -> Told:
    """The database first: what is uploaded meanwhile is too much, and never too little."""
    dump = dump_of(settings)
    dump.write(partial / dump.name)
    (partial / KEY).write_text(
        settings.get("SECRET_KEY") or kept_secret(settings["DATA"] / KEY), encoding="ascii"
    )
    store = open_store(settings["FILES"], settings["AWS"])
    for batch in obstore.list(store):
        for file in batch:
            if not file["path"].startswith(f"{INCOMING}/"):
                _fetch(store, file["path"], partial / "files" / file["path"])
    if (settings["DATA"] / "mail").is_dir():
        shutil.copytree(settings["DATA"] / "mail", partial / "mail")
    _must_have_files(dump, partial)
    _close(_below(partial))
    manifest = {
        "format": FORMAT,
        "pdportal": version("pdportal"),
        "made_at": clock.now().isoformat(timespec="seconds"),
        "database": dump.kind,
        "step": dump.step,
        "files": {
            str(path.relative_to(partial)): _facts(path)
            for path in sorted(_below(partial))
            if path.is_file()
        },
    }
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    (partial / MANIFEST).chmod(0o600)
    dump.verify(partial / dump.name)
    _verify(partial, manifest)
    return _told(manifest)


def _fetch(store: Any, key: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        answer = obstore.get(store, key)
    except FileNotFoundError:
        return  # a clip that was deleted at this moment
    with target.open("wb") as copy:
        for piece in answer.stream(min_chunk_size=_PIECE):
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())


def _must_have_files(dump: Dump, partial: Path) -> None:
    """All that the database says there is, unless it was deleted while we were at it."""
    missing = [each for each in dump.held if not (partial / "files" / each.key).is_file()]
    now = {(each.what, each.number) for each in dump.held_now()} if missing else set()
    lost = [each for each in missing if (each.what, each.number) in now]
    if lost:
        listed = "; ".join(
            f"{what} without a file: {shown}" for what, shown in by_kind(lost).items()
        )
        raise CannotRun(f"{listed}. `pdportal doctor` says more.")


def _must_be_empty(settings: dict[str, Any], dump: Dump) -> None:
    if dump.is_there():
        raise CannotRun(
            "there is a database already, and nothing is overwritten. Restore into an empty data "
            "folder (and database), or move the old ones away."
        )
    store = open_store(settings["FILES"], settings["AWS"])
    for batch in obstore.list(store):
        if any(not file["path"].startswith(f"{INCOMING}/") for file in batch):
            raise CannotRun(
                "there are files already, and nothing is overwritten. Restore into an empty "
                "folder or bucket, or move the old files away."
            )


def _read_manifest(source: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise CannotRun(f"{source} was made by another pdportal: {manifest['pdportal']}.")
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in manifest["files"]):
            raise CannotRun(f"{source} names files that are not in it.")
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotRun(f"{source} is no backup of a portal: it has no {MANIFEST}.") from None
    return manifest


def _verify(folder: Path, manifest: dict[str, Any]) -> None:
    """Read each file again and compare."""
    for name, facts in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _facts(path) != facts:
            raise CannotRun(f"the backup is damaged: {path} is missing or has changed.")


def _facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {
            "size": path.stat().st_size,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
        }


def _below(folder: Path) -> Iterator[Path]:
    """A folder and all that is in it; nothing where there is none."""
    return iter((folder, *folder.rglob("*")) if folder.exists() else ())


def _close(paths: Iterable[Path], like: Path | None = None) -> None:
    """Close them to others; run by root, give them to whom another folder belongs."""
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)
        if like is not None and hasattr(os, "geteuid") and os.geteuid() == 0:
            os.chown(path, like.stat().st_uid, like.stat().st_gid)


def _told(manifest: dict[str, Any]) -> Told:
    files = manifest["files"]
    return Told(manifest["step"], len(files), sum(facts["size"] for facts in files.values()))
