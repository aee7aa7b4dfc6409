"""Entering results of courses elsewhere: choose a list, say what it means, look, enter."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.skills.blueprint import bp
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.held import held, hold
from pdportal.skills.levels import levels_of
from pdportal.skills.queries import providers, skills_named, skills_to_choose
from pdportal.skills.results import services
from pdportal.skills.results.models import Provider
from pdportal.skills.results.reading import MAX_BYTES, ROLES, Sheet, guess_columns, read_sheet
from pdportal.skills.results.services import LEFT_OUT, Reading
from pdportal.web.errors import Refused, require
from pdportal.web.requests import takes_large_files
from pdportal.web.typed import one_line

MOST_KINDS = 300
"""A column with more different entries is a column of something else."""


@bp.route("/skills/results", methods=["GET", "POST"])
@takes_large_files(MAX_BYTES)
def results() -> ResponseReturnValue:
    """Choose a list, and say whose it is."""
    require(me().leads)
    name = one_line(request.form.get("provider"))[:160]
    error = ""
    if request.method == "POST":
        file = request.files.get("file")
        try:
            if not name:
                raise Refused(_("Say who gives these courses."), status=422)
            if file is None or not file.filename:
                raise Refused(_("Choose a file."), status=422)
            token = hold(me(), name, file.stream, MAX_BYTES)
            read_sheet(held(me(), token)[1])
            return redirect(url_for(".results_preview", token=token))
        except Refused as refused:
            error = refused.message
    page = render_template(
        "skills/results.html", provider=name, error=error, providers=providers(me())
    )
    return page, 422 if error else 200


@bp.route("/skills/results/<token>", methods=["GET", "POST"])
def results_preview(token: str) -> ResponseReturnValue:
    """Say what columns, courses and results mean; see what would be entered; enter it."""
    require(me().leads)
    name, data = held(me(), token)
    sheet = read_sheet(data)
    known = next((each for each in providers(me()) if each.name == name), Provider())
    reading = _reading(sheet, known)
    outcome = services.understand(me(), sheet, reading, name)
    error = ""
    if request.method == "POST" and "enter" in request.form:
        try:
            count = services.enter(me(), services.remember(me(), name), outcome, reading)
            message = ngettext("%(num)s new line entered.", "%(num)s new lines entered.", count)
            flash(message, "success")
            return redirect(url_for(".results"))
        except Refused as refused:
            error = refused.message
    page = render_template(
        "skills/results_preview.html",
        name=name,
        sheet=sheet,
        reading=reading,
        outcome=outcome,
        error=error,
        token=token,
        skills=skills_to_choose(me()),
        levels=_levels(),
        left_out=LEFT_OUT,
    )
    return page, 422 if error else 200


def _reading(sheet: Sheet, known: Provider) -> Reading:
    """As the form says; what it does not say as it was last time, or as its name suggests."""
    guessed = guess_columns(sheet.heads, known.columns or {})
    columns = {role: request.form.get(f"column-{role}", guessed[role]) for role in ROLES}
    courses = _kinds(sheet, columns["course"])
    named = skills_named(me(), courses)
    meant: dict[str, Any] = {course: str(skill.id) for course, skill in named.items()}
    meant |= known.courses or {}
    results = _kinds(sheet, columns["result"]) or [""]
    levels = known.results or {}
    return Reading(
        columns,
        {
            course: _chosen("course", course, number, str(meant.get(course, "")))
            for number, course in enumerate(courses)
        },
        {
            result: _chosen("result", result, number, str(levels.get(result, "")))
            for number, result in enumerate(results)
        },
        "strangers" in request.form,
    )


def _kinds(sheet: Sheet, head: str) -> list[str]:
    """The different entries of a column; none of one that has too many of them."""
    kinds = sorted({entry for entry in sheet.column(head) if entry})
    return kinds if len(kinds) <= MOST_KINDS else []


def _chosen(kind: str, entry: str, number: int, otherwise: str) -> str:
    """What the form says of an entry, if it still is the same entry."""
    if request.form.get(f"{kind}-{number}-is") == entry:
        return request.form.get(f"{kind}-{number}", otherwise)[:10]
    return otherwise


def _levels() -> list[tuple[str, str]]:
    """The levels to choose from, by number; skills may have other words for them."""
    return [
        (str(number), _("Level %(number)s: %(name)s", number=number + 1, name=level.name))
        for number, level in enumerate(levels_of(Skill(levels=[])))
    ]
