"""The page of the search."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.folding import words_of
from pdportal.search.sources import found

bp = Blueprint("search", __name__)

LONGEST = 200


@bp.get("/search")
def search() -> ResponseReturnValue:
    """What fits the words, by kind; nothing is stored of what somebody looks for."""
    asked = request.args.get("q", "")[:LONGEST].strip()
    groups = found(me(), asked) if words_of(asked) else []
    return render_template("search/search.html", asked=asked, groups=groups)
