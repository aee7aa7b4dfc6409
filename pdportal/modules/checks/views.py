"""Taking a check, and the plan that comes of it. Every address is about one's own tries only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.db import db
from pdportal.modules.blueprint import bp
from pdportal.modules.checks import plan, queries, services, shown
from pdportal.modules.checks.judging import form_of
from pdportal.modules.checks.models import Check, CheckTry
from pdportal.modules.models import Edition
from pdportal.modules.questions import ANSWER_BOXES, sheet
from pdportal.modules.questions.sheet import Boxes, NotAnswered, Questions
from pdportal.web.autosave import ChangedElsewhere, keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused, or_404


class Opened(NamedTuple):
    """A check, its edition, and the id of its module."""

    check: Check
    edition: Edition
    module_id: int
    is_gone: bool
    """Whether the edition that one is on does not have it; only one's tries are left of it."""


@bp.get("/learn/<slug>/check/<key>")
def check_page(slug: str, key: str) -> ResponseReturnValue:
    """What a check asks and what comes of it; and the record of one's tries."""
    check, edition, module_id, is_gone = _opened(slug, key)
    tries = services.of_line(queries.tries(me(), module_id, key), check.line)
    uses = queries.uses_of([each.id for each in tries])
    return render_template(
        "modules/checks/check.html",
        slug=slug,
        check=check,
        edition=edition,
        is_gone=is_gone,
        count=len(form_of(check, 0)["questions"]),
        tries=tries,
        record=shown.record_of(tries, uses, me()),
        may_begin=services.may_begin(tries),
        is_fresh=not tries,
        said=shown.said,
    )


@bp.post("/learn/<slug>/check/<key>/begin")
def begin_check(slug: str, key: str) -> ResponseReturnValue:
    """Begin a form, or continue the one that is open."""
    try_ = services.begin(me(), _opened(slug, key).module_id, key)
    return redirect(url_for(".check_try", slug=slug, key=key, number=try_.number))


@bp.get("/learn/<slug>/check/<key>/<int:number>")
def check_try(slug: str, key: str, number: int) -> ResponseReturnValue:
    """A form to fill in; once it is handed in, the plan."""
    return _page(_opened(slug, key), slug, number)


@bp.post("/learn/<slug>/check/<key>/<int:number>")
@keeps_words(**ANSWER_BOXES)
def save_try(slug: str, key: str, number: int) -> ResponseReturnValue:
    """What is chosen and typed, saved at every pause."""
    opened = _opened(slug, key)
    try_ = _try(opened, number)
    boxes = sheet.boxes_of(_asked(try_), request.form)
    try:
        elsewhere = services.save(me(), try_, boxes, version=seen_version())
    except Refused as refused:
        return _not_saved(opened, slug, try_, boxes, refused)
    values = sheet.values_after(_asked(try_), boxes, elsewhere)
    return saved(try_.version, _address(slug, try_), values=values)


@bp.get("/learn/<slug>/check/<key>/<int:number>/hand-in")
@bp.get("/learn/<slug>/check/<key>/<int:number>/plan")
def back_to_try(slug: str, key: str, number: int) -> ResponseReturnValue:
    """The address of a form that came back with a mistake, opened anew."""
    return redirect(_address(slug, _try(_opened(slug, key), number)))


@bp.post("/learn/<slug>/check/<key>/<int:number>/hand-in")
@keeps_words(**ANSWER_BOXES)
def hand_in_try(slug: str, key: str, number: int) -> ResponseReturnValue:
    """Hand a form in as a whole; the plan comes at once."""
    opened = _opened(slug, key)
    try_ = _try(opened, number)
    boxes = sheet.boxes_of(_asked(try_), request.form)
    try:
        anyway = "anyway" in request.form
        services.hand_in(me(), try_, boxes, version=seen_version(), anyway=anyway)
    except Refused as refused:
        return _not_saved(opened, slug, try_, boxes, refused)
    return redirect(_address(slug, try_))


@bp.post("/learn/<slug>/check/<key>/<int:number>/plan")
def use_plan(slug: str, key: str, number: int) -> ResponseReturnValue:
    """Make a line of the plan a step, or say that it is done; or plan the re-check."""
    opened = _opened(slug, key)
    try_ = _try(opened, number)
    wanted, how = request.form.get("line", ""), request.form.get("do", "")
    address = _address(slug, try_)
    if how == "again":
        services.plan_recheck(me(), try_, url_for(".check_page", slug=slug, key=key))
        flash(_("It is in your next steps, with its date."))
        return redirect(address)
    lines = plan.shown(me(), try_, queries.uses_of([try_.id]))
    line = next((each for each in lines if each.key == wanted), None)
    if line is None or how not in {"step", "done", "undo"}:
        raise NotFound
    services.use(me(), try_, line, how, address)
    if how == "step":
        flash(_("It is in your next steps."))
    return redirect(f"{address}#plan-{line.key}")


def _opened(slug: str, key: str) -> Opened:
    row = or_404(db.session.execute(queries.check_opened(me(), slug, key)).one_or_none())
    return Opened(*row)


def _try(opened: Opened, number: int) -> CheckTry:
    """One's own try by its number; that of somebody else has no address."""
    tries = queries.tries(me(), opened.module_id, opened.check.key)
    return or_404(next((each for each in tries if each.number == number), None))


def _page(
    opened: Opened,
    slug: str,
    number: int,
    typed: Mapping[str, Boxes] | None = None,
    refused: Refused | None = None,
) -> str:
    try_ = _try(opened, number)
    tries = services.of_line(queries.tries(me(), opened.module_id, try_.key), try_.line)
    is_gone = opened.is_gone or try_.line != opened.check.line
    mistakes = refused.mistakes if isinstance(refused, NotAnswered) else {}
    frame = {
        "slug": slug,
        "check": try_.check,
        "edition": opened.edition,
        "is_gone": is_gone,
        "try_": try_,
        "body": shown.pieces(try_, typed, mistakes),
        "address": _address(slug, try_),
    }
    if try_.handed_in_at is None:
        stored = refused.values.items() if isinstance(refused, ChangedElsewhere) else ()
        return render_template(
            "modules/checks/form.html", **frame, refused=refused, stored=stored, asks=bool(mistakes)
        )
    uses = queries.uses_of([each.id for each in tries])
    known, rest = shown.known_and_rest(try_)
    return render_template(
        "modules/checks/result.html",
        **frame,
        known=known,
        rest=rest,
        lines=plan.shown(me(), try_, uses),
        shown_first=plan.SHOWN_FIRST,
        again_on=(try_.handed_in_at + timedelta(days=try_.check.again_days)).date(),
        is_latest=try_ is tries[-1] and not is_gone,
        may_begin=not is_gone and services.may_begin(tries),
        record=shown.record_of(tries, uses, me()),
        said=shown.said,
    )


def _not_saved(
    opened: Opened, slug: str, try_: CheckTry, boxes: Mapping[str, Boxes], refused: Refused
) -> ResponseReturnValue:
    """Answer a form that was not stored; what was chosen and typed stays in it."""

    def again(refused: Refused) -> str:
        return _page(opened, slug, try_.number, boxes, refused)

    return not_saved(refused, _address(slug, try_), typed=sheet.typed_words(boxes), again=again)


def _address(slug: str, try_: CheckTry) -> str:
    return url_for(".check_try", slug=slug, key=try_.key, number=try_.number)


def _asked(try_: CheckTry) -> Questions:
    questions: Questions = form_of(try_.check, try_.form)["questions"]
    return questions
