"""Figures and files of modules: they never change, and only people who are signed in get them."""

from __future__ import annotations

import re

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.http import quote_header_value

from pdportal.modules.addresses import storage_key
from pdportal.modules.blueprint import bp
from pdportal.modules.pages import queries
from pdportal.video import ranges
from pdportal.web.errors import or_404

SHOWN = re.compile(
    r"(image/(png|jpeg|gif|webp|avif|svg\+xml)|video/\w+|audio/\w+|text/vtt; charset=utf-8)$"
)
"""What a page shows in its place; everything else is offered to keep."""
QUIET = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For drawings: opened on their own, they may do nothing but look as they do."""


@bp.get("/learn/<slug>/files/<hash_begin>/<name>")
def file(slug: str, hash_begin: str, name: str) -> ResponseReturnValue:
    """One file by its hash; a changed file has another address."""
    if not re.fullmatch(r"[0-9a-f]{16}", hash_begin):
        raise NotFound
    asset = or_404(queries.asset(slug, hash_begin, name))
    if asset.sha256 in request.if_none_match:
        answer = Response(status=304)
        answer.set_etag(asset.sha256)
    else:
        answer = ranges.answer(
            storage_key(asset.sha256), asset.size, asset.content_type, asset.sha256, ""
        )
    shown = "inline" if SHOWN.match(asset.content_type) else "attachment"
    safe = quote_header_value(name.encode("ascii", "replace").decode(), allow_token=False)
    answer.headers["Content-Disposition"] = f"{shown}; filename={safe}"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = QUIET
    return answer
