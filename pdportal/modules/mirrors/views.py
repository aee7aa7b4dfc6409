"""The page for students, to print."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.modules import policy
from pdportal.modules.blueprint import bp
from pdportal.modules.mirrors import queries


@bp.get("/learn/<slug>/students/<key>")
def mirror(slug: str, key: str) -> ResponseReturnValue:
    """What students get, on one sheet."""
    found = queries.mirror(me(), slug, key)
    if found is None or not policy.may_see_page(me(), found.section):
        raise NotFound
    return render_template("modules/mirror.html", mirror=found, key=key)
