"""The bytes of figures and files, kept under their hash: the same file is stored once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from werkzeug.wsgi import FileWrapper

from pdportal import storage

SMALL = 4 * 1024 * 1024
"""Up to here a file is held in memory."""


def keep(sha256: str, source: Path) -> None:
    """Store a file under its hash."""
    storage.put(_key(sha256), source)


def stream(sha256: str, start: int, end: int) -> Iterable[bytes]:
    """The bytes from `start` up to, not including, `end`."""
    file = storage.open_range(_key(sha256), start, end)
    if end - start <= SMALL:
        with file:
            return [file.read()]
    return FileWrapper(file, storage.PIECE)


def _key(sha256: str) -> str:
    return f"modules/{sha256[:2]}/{sha256}"
