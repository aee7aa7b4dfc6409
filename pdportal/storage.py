"""Files: clips and the figures of modules, under keys that nobody could guess or mistype.

Today a folder of the data folder; the calls are those of any object store, so that a district can
keep its clips elsewhere by a setting alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import obstore
from flask import current_app
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore

PIECE = 256 * 1024
"""Bytes in one piece of an answer: with 8 KiB pieces the same range costs many times the CPU."""


def put(key: str, data: bytes | Iterable[bytes]) -> None:
    """Store a file whole or not at all; a key that is there already keeps what it has.

    What `data` raises while it is read is raised here, and then nothing is stored.
    """
    with suppress(AlreadyExistsError):
        if isinstance(data, bytes):
            obstore.put(_store(), key, data, mode="create", use_multipart=False)
        else:
            obstore.put(_store(), key, iter(data), chunk_size=1024 * 1024)


def read(key: str) -> bytes:
    """A small file in one piece; raises `FileNotFoundError`."""
    return bytes(obstore.get(_store(), key).bytes())


def pieces(key: str, start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` up to, not including, `stop`, in large pieces."""
    store = _store()  # now: the pieces are taken when the request is no longer there
    return (
        bytes(obstore.get_range(store, key, start=at, end=min(at + PIECE, stop)))
        for at in range(start, stop, PIECE)
    )


def delete(key: str) -> None:
    """Remove a file for good; one that is gone already is no mistake."""
    with suppress(FileNotFoundError):
        obstore.delete(_store(), key)


def keys(prefix: str) -> Iterator[tuple[str, datetime]]:
    """The files under a prefix, each with when it was stored."""
    for some in obstore.list(_store(), prefix=prefix):
        for one in some:
            yield one["path"], one["last_modified"]


def local_path(key: str) -> Path:
    """Where the file lies, for a program that has to read it (ffmpeg)."""
    return _folder() / key


def _folder() -> Path:
    folder: Path = current_app.config["PDPORTAL"]["DATA"] / "files"
    return folder


_begun_in: int | None = None
"""The process in which obstore has its threads; no fork takes them along."""


def _store() -> LocalStore:
    """This process's store: made late, since it must not be carried through a fork."""
    global _begun_in
    if _begun_in not in (None, os.getpid()):
        raise RuntimeError(
            "Files were used before this process was forked: it would wait for ever."
        )
    _begun_in = os.getpid()
    kept: dict[int, LocalStore] = current_app.extensions.setdefault("pdportal.storage", {})
    store = kept.get(os.getpid())
    if store is None:
        store = kept[os.getpid()] = LocalStore(str(_folder()), mkdir=True)
    return store
