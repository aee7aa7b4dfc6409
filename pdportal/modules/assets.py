"""The bytes of figures and files, kept under their hash: the same file is stored once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import stream_with_context

from pdportal import storage

SMALL = 4 * 1024 * 1024
"""Up to here a file is held in memory."""


def keep(sha256: str, source: Path, size: int) -> None:
    """Store a file under its hash."""
    storage.put(_key(sha256), source.read_bytes() if size <= SMALL else _read(source))


def stream(sha256: str, start: int, end: int) -> Iterable[bytes]:
    """The bytes from `start` up to, not including, `end`."""
    pieces = storage.pieces(_key(sha256), start, end)
    if end - start <= SMALL:
        return list(pieces)
    return stream_with_context(pieces)


def _read(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while piece := file.read(1024 * 1024):
            yield piece


def _key(sha256: str) -> str:
    return f"modules/{sha256[:2]}/{sha256}"
