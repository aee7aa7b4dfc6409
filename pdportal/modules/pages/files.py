"""Figures and files of modules: they never change, and only people who are signed in get them."""

from __future__ import annotations

import re

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable
from werkzeug.http import quote_header_value

from pdportal.modules.blueprint import bp
from pdportal.modules.pages import queries
from pdportal.modules.publishing import assets

SHOWN = re.compile(r"(image/(png|jpeg|gif|webp|avif|svg\+xml)|video/\w+|audio/\w+)$")
"""What a page shows in its place; everything else is offered to keep."""
QUIET = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For drawings: opened on their own, they may do nothing but look as they do."""


@bp.get("/learn/<slug>/files/<hash_begin>/<name>")
def file(slug: str, hash_begin: str, name: str) -> ResponseReturnValue:
    """One file by its hash; a changed file has another address."""
    if not re.fullmatch(r"[0-9a-f]{16}", hash_begin):
        raise NotFound
    asset = queries.asset(slug, hash_begin, name)
    if asset is None:
        raise NotFound
    answer = Response(mimetype=asset.content_type)
    answer.headers["Content-Type"] = asset.content_type
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = QUIET
    answer.headers["Accept-Ranges"] = "bytes"
    shown = "inline" if SHOWN.match(asset.content_type) else "attachment"
    safe = quote_header_value(name.encode("ascii", "replace").decode(), allow_token=False)
    answer.headers["Content-Disposition"] = f"{shown}; filename={safe}"
    answer.set_etag(asset.sha256)
    if asset.sha256 in request.if_none_match:
        answer.status_code = 304
        return answer
    start, end = _range(asset.size, asset.sha256)
    if (start, end) != (0, asset.size):
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{asset.size}"
    answer.content_length = end - start
    if request.method != "HEAD":
        answer.response = assets.stream(asset.sha256, start, end)
    return answer


def _range(size: int, tag: str) -> tuple[int, int]:
    """Start and end of the single range that is requested, as by media players; else the whole."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return 0, size
    if request.if_range.etag is not None and request.if_range.etag != tag:
        return 0, size
    place = wanted.range_for_length(size)
    if place is None:
        raise RequestedRangeNotSatisfiable(size)
    return place
