"""Files: clips and the figures of modules, in a folder or in an S3 bucket (`PDPORTAL_FILES`).

A key names a file, and a stored file never changes. Functions raise `FileNotFoundError` for a file
that is missing where it is read, and `StorageUnavailable` where the store cannot be used.
"""

from __future__ import annotations

import ctypes
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import obstore
from flask import current_app
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, S3Store

from pdportal.setting_values import Bucket
from pdportal.stores import INCOMING, open_store, plain_errors, try_to_write

PIECE = 256 * 1024
"""Bytes in one piece of an answer: with 8 KiB pieces the same range costs many times the CPU."""

LONGEST_FETCH = 4 * 1024 * 1024
"""Bytes of a bucket's file that are worth waiting for before an answer begins."""

_PUNCH_HOLE = 0x01 | 0x02  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, of <linux/falloc.h>
_SPARE = 200_000_000
"""Bytes that a large upload leaves to all others."""
_NO_TYPE = "binary/octet-stream", "application/octet-stream"
"""What S3 and its like say of a file whose type they were not told."""
_PART = 8 * 1024 * 1024
_PARTS_AT_ONCE = 3
"""Parts of a file that are on their way to a bucket, and so in memory, at the same time."""


def put(key: str, data: bytes | Path) -> None:
    """Store bytes or a copy of a file, whole or not at all; a key that is taken keeps its file."""
    if isinstance(data, bytes) or data.stat().st_size <= _PART:
        content = data if isinstance(data, bytes) else data.read_bytes()
        with plain_errors(), suppress(AlreadyExistsError):
            obstore.put(_store(), key, content, mode="create", use_multipart=False)
    elif not exists(key):
        with plain_errors():
            obstore.put(_store(), key, data, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE)


def receive() -> IO[bytes]:
    """A temporary file for what is being received, to be handed to `put_received`, then closed."""
    return tempfile.NamedTemporaryFile(dir=incoming_folder())


def incoming_folder() -> Path:
    """Where what is on its way lies: beside the files, or in the data folder for a bucket."""
    folder = (_folder() or current_app.config["PDPORTAL"]["DATA"]) / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return cast(Path, folder)


def has_room_for(size: int) -> bool:
    """Whether so many bytes fit, as pieces and as one file; and something is left for others.

    Of a bucket only the one file counts, which is put together beside it.
    """
    copies = 2 if _folder() is not None else 1
    return shutil.disk_usage(incoming_folder()).free > copies * size + _SPARE


def give_back(file: IO[bytes]) -> None:
    """Free the disk space of what has been read of a temporary file, where the system can."""
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError, ValueError):
        done = file.tell()
        ctypes.CDLL(None).fallocate(
            file.fileno(), _PUNCH_HOLE, ctypes.c_long(0), ctypes.c_long(done - done % 4096)
        )


def put_received(key: str, file: IO[bytes], content_type: str = "") -> None:
    """Store a file from `receive` under a new key: in a folder by a second name, without a copy.

    It is on the disk, and not in the memory of the system alone, before its row is. A bucket is
    told its type, for those whom it answers itself (`signed_address`).
    """
    file.flush()
    os.fsync(file.fileno())
    folder = _folder()
    if folder is not None:
        target = folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # a file system without links, or another one
            os.link(file.name, target)
            return
    file.seek(0)
    about = {"Content-Type": content_type} if content_type else None
    how: dict[str, Any] = {"chunk_size": _PART, "max_concurrency": _PARTS_AT_ONCE}
    with plain_errors():
        obstore.put(_store(), key, file, attributes=about if folder is None else None, **how)


def read(key: str) -> bytes:
    """A small file in one piece."""
    with plain_errors():
        return bytes(obstore.get(_store(), key).bytes())


def exists(key: str) -> bool:
    """Whether there is such a file."""
    try:
        with plain_errors():
            obstore.head(_store(), key)
    except FileNotFoundError:
        return False
    return True


def open_range(key: str, start: int, stop: int) -> BinaryIO:
    """The bytes from `start` up to, not including, `stop`, as a file of their own to be closed.

    From a bucket they are fetched first: the answer can then wait for a slow reader on no thread.
    """
    folder = _folder()
    if folder is not None:
        return cast(BinaryIO, Range((folder / key).open("rb"), start, stop))
    copy = tempfile.SpooledTemporaryFile(max_size=LONGEST_FETCH)  # noqa: SIM115 -- the caller closes
    try:
        fetch(key, copy, start, stop)
    except BaseException:
        copy.close()
        raise
    return cast(BinaryIO, Range(cast(BinaryIO, copy), 0, copy.tell()))


def fetch(key: str, copy: Any, start: int = 0, stop: int | None = None) -> None:
    """Copy a file of the store, or a range of it, into an open file."""
    with plain_errors():
        part = {"range": (start, stop)} if stop is not None else None
        answer = obstore.get(_store(), key, options=part)  # type: ignore[arg-type]  # a dict is one
        for piece in answer.stream(min_chunk_size=PIECE):
            copy.write(piece)


def longest_range(size: int) -> int:
    """How many bytes of a file to answer a request for a range of it with, at most."""
    return size if _folder() is not None else LONGEST_FETCH


def signed_address(key: str) -> str:
    """Where a browser gets a file from the bucket itself, for some minutes; "" if it is not to.

    A signed address cannot add a type, so a file whose type the bucket was not told is not for it.
    """
    minutes: int = current_app.config["PDPORTAL"]["SIGNED_MINUTES"]
    if not minutes or isinstance(store := _store(), LocalStore) or not _is_typed(key):
        return ""
    with plain_errors():
        return obstore.sign(store, "GET", key, timedelta(minutes=minutes))


@lru_cache(maxsize=5000)
def _is_typed(key: str) -> bool:
    """Whether the bucket was told a file's type (older ones have none): it is asked once."""
    with plain_errors():
        known = obstore.get(_store(), key, options={"range": (0, 1)}).attributes
    return known.get("Content-Type", "") not in {"", *_NO_TYPE}


def internal_address(key: str) -> str:
    """Where the proxy in front finds a file, if it is to send it itself; "" if it is not."""
    hands_over = current_app.config["PDPORTAL"]["HAND_OVER"] and _folder() is not None
    return f"/_files/{key}" if hands_over else ""


@contextmanager
def as_local_file(key: str) -> Iterator[Path]:
    """The file as a path for another program, read-only: a copy that goes, if it is in a bucket."""
    folder = _folder()
    if folder is not None:
        (folder / key).stat()
        yield folder / key
        return
    with tempfile.TemporaryDirectory() as copies:
        path = Path(copies) / "copy"
        with path.open("wb") as copy:
            fetch(key, copy)
        yield path


def copy(key: str, new_key: str) -> None:
    """Store the same file under another key, within the store."""
    with plain_errors():
        obstore.copy(_store(), key, new_key)
    if (folder := _folder()) is not None:
        os.utime(folder / new_key)  # a second name for a file that was stored long ago


def delete(key: str) -> None:
    """Remove a file for good; one that is gone already is no mistake."""
    with plain_errors(), suppress(FileNotFoundError):
        obstore.delete(_store(), key)


def keys(prefix: str) -> Iterator[tuple[str, datetime]]:
    """The files under a prefix, each with when it was stored."""
    with plain_errors():
        for batch in obstore.list(_store(), prefix=prefix):
            for file in batch:
                yield file["path"], file["last_modified"]


class Range(io.RawIOBase):
    """A part of a file, which reads as if it were all there is."""

    def __init__(self, file: BinaryIO, start: int, stop: int) -> None:
        self._file = file
        self._start = start
        self._length = stop - start
        self._at = 0
        file.seek(start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, min(self._length, base + offset))
        self._file.seek(self._start + self._at)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = self._length - self._at
        piece = self._file.read(left if size < 0 else min(size, left))
        self._at += len(piece)
        return piece

    def close(self) -> None:
        self._file.close()
        super().close()


def _folder() -> Path | None:
    """The folder that files lie in; None if they lie in a bucket."""
    files: Path | Bucket = current_app.config["PDPORTAL"]["FILES"]
    return files if isinstance(files, Path) else None


_begun_in: int | None = None
"""The process in which obstore has its threads; no fork takes them along."""


def _store() -> LocalStore | S3Store:
    """This process's store: made late, since it must not be carried through a fork."""
    global _begun_in
    if _begun_in not in (None, os.getpid()):
        raise RuntimeError(
            "Files were used before this process was forked: it would wait for ever."
        )
    _begun_in = os.getpid()
    stores: dict[int, LocalStore | S3Store]
    stores = current_app.extensions.setdefault("pdportal.storage", {})
    if os.getpid() not in stores:
        settings = current_app.config["PDPORTAL"]
        stores[os.getpid()] = open_store(settings["FILES"], settings["AWS"])
    return stores[os.getpid()]


def check_writable() -> None:
    """The same for this portal's store."""
    try_to_write(_store())
