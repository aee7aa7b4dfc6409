"""Answering with a file or a part of it, in large pieces, as players ask for it."""

from __future__ import annotations

import io
from typing import BinaryIO

from flask import Response, request
from werkzeug.http import parse_range_header

from pdportal import storage


def answer(key: str, size: int, content_type: str, etag: str, name: str) -> Response:
    """The stored file, or the one range that was asked for: 200, 206 or 416.

    Several ranges at once, a unit or words we do not know, and a range of another state of the
    file (`If-Range`) are answered with the whole.
    """
    quoted = f'"{etag}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="{name}"',
        "ETag": quoted,
    }
    span = _asked(size, quoted)
    if span is None:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status=416, headers=headers, content_type="text/plain")
    start, stop, part = span
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    return Response(
        None if request.method == "HEAD" else _body(key, start, stop),  # type: ignore[arg-type]
        status=206 if part else 200,
        headers=headers,
        content_type=content_type,
        direct_passthrough=True,
    )


class Span(io.RawIOBase):
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


def _body(key: str, start: int, stop: int) -> object:
    """By the server itself where it can (no thread waits for a slow player), else in pieces."""
    wrapper = request.environ.get("wsgi.file_wrapper")
    path = storage.local_path(key)
    if wrapper is not None and "waitress.client_disconnected" in request.environ:
        return wrapper(Span(path.open("rb"), start, stop), storage.PIECE)
    path.stat()
    return storage.pieces(key, start, stop)


def _asked(size: int, etag: str) -> tuple[int, int, bool] | None:
    """From where to where, and whether as a part; None if what was asked for is not in the file."""
    whole = 0, size, False
    said = request.headers.get("Range")
    if not said or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return whole
    asked = parse_range_header(said)
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return whole
    start, stop = asked.ranges[0]
    if start < 0:
        start, stop = max(0, size + start), size
    stop = size if stop is None else min(stop, size)
    return (start, stop, True) if start < stop else None
