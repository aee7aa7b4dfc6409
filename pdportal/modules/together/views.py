"""Answering alone and correcting together; nobody but the people of a group has its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts import me
from pdportal.db import db
from pdportal.modules.blueprint import bp
from pdportal.modules.questions import sheet as sheets
from pdportal.modules.questions.sheet import Boxes, NotAnswered
from pdportal.modules.together import policy, queries, services, shown
from pdportal.modules.together.models import Group
from pdportal.modules.together.queries import Place
from pdportal.web.autosave import ChangedElsewhere, not_saved, saved, seen_version
from pdportal.web.errors import Refused, or_404
from pdportal.web.requests import typed_id


@bp.get("/learn/<slug>/together/<key>")
def together_page(slug: str, key: str) -> ResponseReturnValue:
    """The questions to answer; then who is here; then all answers and the correction."""
    return _page(_place(slug, key))


@bp.post("/learn/<slug>/together/<key>/answers")
def save_together(slug: str, key: str) -> ResponseReturnValue:
    """What is chosen and typed, saved at every pause."""
    place = _place(slug, key)
    boxes = _boxes(place)
    try:
        sheet, elsewhere = services.save(me(), place, boxes, version=seen_version())
    except Refused as refused:
        return _not_saved(place, boxes, refused)
    values = sheets.values_after(place.block.data["questions"], boxes, elsewhere)
    return saved(sheet.version, _address(place), values=values)


@bp.post("/learn/<slug>/together/<key>/send-in")
def hand_in_together(slug: str, key: str) -> ResponseReturnValue:
    """Hand in, and come into a group; or finish alone."""
    place = _place(slug, key)
    boxes = _boxes(place)
    cohort_id = typed_id(request.form.get("cohort", ""))
    try:
        services.hand_in(
            me(),
            place,
            boxes,
            version=seen_version(),
            cohort_id=None if "alone" in request.form else cohort_id,
        )
    except Refused as refused:
        return _not_saved(place, boxes, refused)
    return redirect(_address(place))


ACTS = {"start": services.start, "alone": services.go_alone, "pass-over": services.pass_over}


@bp.post("/learn/<slug>/together/<key>/<any(start, alone, 'pass-over'):act>")
def act_together(slug: str, key: str, act: str) -> ResponseReturnValue:
    """Start with those who are here; leave the group and finish alone; or wait for nobody more."""
    place, group_id = _in_group(slug, key)
    try:
        ACTS[act](me(), group_id)
    except Refused as refused:
        flash(refused.message)
    return redirect(_address(place))


@bp.post("/learn/<slug>/together/<key>/correction")
def correct(slug: str, key: str) -> ResponseReturnValue:
    """What the group agrees on, saved at every pause."""
    place, group_id = _in_group(slug, key)
    boxes = _boxes(place)
    try:
        group, elsewhere = services.correct(me(), group_id, boxes, version=seen_version())
    except Refused as refused:
        return _not_saved(place, boxes, refused)
    values = sheets.values_after(place.block.data["questions"], boxes, elsewhere)
    return saved(group.version, _address(place), values=values)


@bp.post("/learn/<slug>/together/<key>/agree")
def agree(slug: str, key: str) -> ResponseReturnValue:
    """Agree to the correction as the form has it."""
    place, group_id = _in_group(slug, key)
    boxes = _boxes(place)
    try:
        group = services.agree(me(), group_id, boxes, version=seen_version())
    except Refused as refused:
        if isinstance(refused, ChangedElsewhere) or refused.status == 422:
            return _not_saved(place, boxes, refused)
        flash(refused.message)
        return redirect(_address(place))
    flash(_("This is done.") if group.done_at else _("You agree to the correction."), "success")
    return redirect(_address(place))


def _place(slug: str, key: str) -> Place:
    return or_404(queries.place(me(), slug, key))


def _in_group(slug: str, key: str) -> tuple[Place, int]:
    place = _place(slug, key)
    if place.sheet is None or place.sheet.group_id is None:
        raise NotFound
    return place, place.sheet.group_id


def _boxes(place: Place) -> dict[str, Boxes]:
    return sheets.boxes_of(place.block.data["questions"], request.form)


def _page(
    place: Place, typed: Mapping[str, Boxes] | None = None, refused: Refused | None = None
) -> str:
    group = queries.group_of(me(), place.sheet)
    stored = refused.values.items() if isinstance(refused, ChangedElsewhere) else ()
    frame: dict[str, Any] = {
        "place": place,
        "block": place.block.data,
        "sheet": place.sheet,
        "group": group,
        "address": _address(place),
        "back_url": url_for(
            ".page", slug=place.slug, page_slug=place.page_slug, _anchor=f"block-{place.block.key}"
        ),
        "refused": refused,
        "stored": [("", text) for _name, text in stored],
    }
    if group is None:
        return _form(place, frame, typed, refused)
    people = queries.people_in(me(), group.id)
    mine = next(each for each in people if each.enrollment.person_id == me().id)
    frame |= {"people": people, "mine": mine, "may_start": policy.may_start(group, len(people))}
    if not policy.may_see_answers(group):
        return render_template("modules/together/waiting.html", **frame)
    return render_template(
        "modules/together/correction.html",
        **frame,
        **_agreement(group, people, mine),
        corrections=shown.corrections(group, people, me().id, typed),
    )


def _agreement(group: Group, people: list[Any], mine: Any) -> dict[str, Any]:
    others = [each for each in services.waited_for(group, people) if each is not mine]
    return {
        "waited_for": others,
        "i_agree": bool(group.version) and mine.agreed == group.version,
        "may_pass_over": bool(others)
        and policy.may_pass_over(group, mine, clock.now(), services.lease()),
    }


def _form(
    place: Place,
    frame: dict[str, Any],
    typed: Mapping[str, Boxes] | None,
    refused: Refused | None,
) -> str:
    data, sheet = place.block.data, place.sheet
    mistakes = refused.mistakes if isinstance(refused, NotAnswered) else {}
    handed_in = sheet is not None and sheet.handed_in_at is not None
    body = sheets.pieces(
        data["body"],
        data["questions"],
        sheet.typed if sheet else {},
        answers=sheet.answers if sheet and handed_in else None,
        typed=typed,
        mistakes=mistakes,
        seed=me().id,
    )
    return render_template(
        "modules/together/form.html",
        **frame,
        body=body,
        handed_in=handed_in,
        audience=shown.say_audience(data["size"]),
        cohorts=queries.cohorts_for(me(), place.module_id),
        chosen=request.form.get("cohort", ""),
    )


def _not_saved(place: Place, boxes: Mapping[str, Boxes], refused: Refused) -> ResponseReturnValue:
    """Answer a form that was not stored; what was chosen and typed stays in it."""

    def again(refused: Refused) -> str:
        db.session.expire_all()
        return _page(_place(place.slug, place.block.key), boxes, refused)

    return not_saved(refused, _address(place), typed=sheets.typed_words(boxes), again=again)


def _address(place: Place) -> str:
    return url_for(".together_page", slug=place.slug, key=place.block.key)
