"""Answering with a file or a part of it, in large pieces, as players ask for it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request
from werkzeug.http import parse_range_header
from werkzeug.wsgi import FileWrapper

from pdportal import storage

ALONE = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""The policy of a file that is opened by itself: a browser makes a page with a player of it."""


def answer(key: str, size: int, content_type: str, etag: str, name: str) -> Response:
    """The stored file, or the one range that was asked for: 200, 206 or 416.

    Several ranges at once, a unit or words we do not know, and a range of another state of the
    file (`If-Range`) are answered with the whole. From a bucket a long range is answered with its
    beginning: players ask for the rest. Where the proxy sends files itself (`HAND_OVER`), it is
    told which one.
    """
    quoted = f'"{etag}"'
    headers: dict[str, str] = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": ALONE,
        "Content-Disposition": f'inline; filename="{name}"',
        "ETag": quoted,
    }
    if handed_over := storage.internal_address(key):
        # The proxy answers in our place, ranges and all; a client never sees this header.
        headers["X-Accel-Redirect"] = handed_over
        return Response(status=200, headers=headers, content_type=content_type)
    headers["Accept-Ranges"] = "bytes"
    span = _requested_span(size, quoted)
    if span is None:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status=416, headers=headers, content_type="text/plain")
    start, stop, part = span
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    return Response(
        None if request.method == "HEAD" else _body(key, start, stop),
        status=206 if part else 200,
        headers=headers,
        content_type=content_type,
        direct_passthrough=True,
    )


def _body(key: str, start: int, stop: int) -> Iterable[bytes]:
    """By the server itself where it can (no thread waits for a slow player), else in pieces."""
    wrapper = request.environ.get("wsgi.file_wrapper")
    if wrapper is None or "waitress.client_disconnected" not in request.environ:
        wrapper = FileWrapper
    body: Iterable[bytes] = wrapper(storage.open_range(key, start, stop), storage.PIECE)
    return body


def _requested_span(size: int, etag: str) -> tuple[int, int, bool] | None:
    """From where to where, and whether as a part; None if what was asked for is not in the file."""
    whole = 0, size, False
    header = request.headers.get("Range")
    if not header or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return whole
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return whole
    start, stop = parsed.ranges[0]
    if start < 0:
        start, stop = max(0, size + start), size
    stop = min(stop or size, size, start + storage.longest_range(size))
    return (start, stop, True) if start < stop else None
