"""The words of tus 1.0.0 (resumable uploads over HTTP): what a request says, what an answer has to.

Core, creation, termination and expiration. Why this is ours:
docs/decisions/0047-videos-come-in-pieces.md.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, make_response, request
from werkzeug.exceptions import BadRequest, LengthRequired, PreconditionFailed, UnsupportedMediaType

from pdportal.web.typed import one_line

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
LARGEST_PIECE = 8 * 1024 * 1024
"""Bytes of one request; our page sends 5 MiB at a time: on a slow line that is 40 seconds."""
SMALLEST_PIECE = 256 * 1024
"""Of all but the last: each is a row and a file."""
_LONGEST_METADATA = 4096

View = TypeVar("View", bound=Callable[..., Any])


def speaks_tus(view: View) -> View:
    """Mark a view for tus clients: 412 for another version; every answer says which it is."""

    @wraps(view)
    def speaking(*args: Any, **values: Any) -> Response:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise PreconditionFailed
        answer = make_response(view(*args, **values))
        answer.headers["Tus-Resumable"] = VERSION
        return answer

    return cast(View, speaking)


def count_in(header: str) -> int:
    """The number of bytes in a header. Raises BadRequest."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise BadRequest
    return int(text)


def piece_size() -> int:
    """How many bytes this PATCH brings. Raises what HTTP has for a body that is no piece."""
    if request.mimetype != PIECE:
        raise UnsupportedMediaType
    if request.content_length is None:
        raise LengthRequired
    return request.content_length


def metadata() -> dict[str, str]:
    """The names and texts of Upload-Metadata. Raises BadRequest."""
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > _LONGEST_METADATA:
        raise BadRequest
    try:
        pairs = [pair.split() for pair in header.split(",") if pair.strip()]
        return {
            name: one_line(b64decode("".join(text), validate=True).decode())
            for name, *text in pairs
        }
    except ValueError:
        raise BadRequest from None
