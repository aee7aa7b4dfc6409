"""Pages of frameworks: a level at a time; and bringing one in, with a look before it is stored."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.db import begin_to_write, writes_later
from pdportal.skills import policy
from pdportal.skills.blueprint import bp
from pdportal.skills.frameworks import queries, services
from pdportal.skills.frameworks.case import MAX_BYTES, read_case
from pdportal.skills.frameworks.models import Framework
from pdportal.skills.held import held, hold
from pdportal.skills.queries import skill_page as one_skill
from pdportal.web.errors import one_or_404, require
from pdportal.web.requests import takes_large_files


@bp.get("/skills/frameworks/<int:framework_id>")
def framework_page(framework_id: int) -> ResponseReturnValue:
    """A framework: whole if it is small, else its first level."""
    framework = one_or_404(queries.framework_page(me(), framework_id))
    items = queries.whole(framework)
    if items is None:
        return _tree(framework, items=queries.below(framework, None))
    below = defaultdict(list)
    for item in items:
        below[item.parent_id].append(item)
    if all(not item.children or item.parent_id is None for item in items):
        groups = [(item, below[item.id]) for item in below[None] if item.children]
        alone = [item for item in below[None] if not item.children]
        return _tree(framework, groups=groups, items=alone)
    return _tree(framework, items=below[None])


@bp.get("/skills/<int:skill_id>/below")
def branch(skill_id: int) -> ResponseReturnValue:
    """What stands below one item."""
    at = one_or_404(one_skill(me(), skill_id))
    if not at.children:
        return redirect(url_for(".skill_page", skill_id=at.id))
    return _tree(
        at.framework,
        at=at,
        way=queries.way_to(at),
        items=queries.below(at.framework, at.id),
    )


def _tree(framework: Framework, **shown: Any) -> str:
    return render_template(
        "skills/framework_page.html",
        framework=framework,
        most=queries.MOST_AT_ONCE,
        **shown,
    )


@bp.route("/skills/import", methods=["GET", "POST"])
@takes_large_files(MAX_BYTES)
def import_framework() -> ResponseReturnValue:
    """Choose a CASE file; what it would change is shown before anything is stored."""
    _require_import()
    if request.method == "GET":
        return render_template("skills/import.html", problems=[])
    file = request.files.get("file")
    if file is None or not file.filename:
        return render_template("skills/import.html", problems=[], missing=True), 422
    token = hold(me(), file.filename, file.stream, MAX_BYTES)
    return redirect(url_for(".import_preview", token=token))


@bp.route("/skills/import/<token>", methods=["GET", "POST"])
@writes_later
def import_preview(token: str) -> ResponseReturnValue:
    """What is new, changed and gone; stored once it is confirmed."""
    _require_import()
    name, data = held(me(), token)
    read, problems = read_case(data, name)
    if read is None:
        page = render_template("skills/import.html", problems=problems)
        return page, 422 if request.method == "POST" else 200
    if request.method == "POST":
        begin_to_write()  # nobody who writes waits while the file is read
        framework = services.store(read, me().district_id, me())
        flash(_("“%(title)s” is stored.", title=framework.title), "success")
        return redirect(url_for(".framework_page", framework_id=framework.id))
    stored = services.stored_framework(read.identifier, me().district_id)
    return render_template(
        "skills/import_preview.html",
        read=read,
        problems=problems,
        changes=services.compare(stored, read),
        stored=stored if services.is_stored(stored, read) else None,
        token=token,
        most=50,
    )


def _require_import() -> None:
    require(policy.may_import(me()))
