"""The protocols: which one to take, its stages, and its version for students."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.feedback.protocols import policy, queries
from pdportal.feedback.protocols.choosing import FAMILIES, Wish, by_family, fitting
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.phases import phases_of
from pdportal.feedback.protocols.stages import Leaves, Role, Way, meeting_minutes, stages_of
from pdportal.feedback.protocols.students import HandOut, hand_outs
from pdportal.feedback.views import bp
from pdportal.web.errors import one_or_404

SPEAKERS = {
    Role.AUTHOR: _l("the author speaks"),
    Role.REVIEWERS: _l("those who give feedback speak"),
    Role.FACILITATOR: _l("the facilitator speaks"),
    Role.EVERYONE: _l("everybody speaks"),
    Role.NOBODY: _l("silence"),
}
SILENT = {
    Role.AUTHOR: _l("the author only listens"),
    Role.REVIEWERS: _l("those who give feedback only listen"),
}
LEFT = {
    Leaves.NOTE: _l("leaves comments"),
    Leaves.LIST: _l("leaves a list"),
    Leaves.QUESTION: _l("leaves questions"),
    Leaves.CRITERION: _l("leaves a note on each criterion"),
}


@bp.get("/protocols")
def protocols() -> ResponseReturnValue:
    """All that one can choose from, or those that fit what one has in hand."""
    wish = Wish.read(request.args)
    found = fitting(queries.protocols(me()), wish)
    return render_template(
        "feedback/protocols.html",
        wish=wish,
        found=len(found),
        choices=by_family(found),
        families=FAMILIES,
        own=queries.own_protocols(me()) if wish.is_open else (),
    )


@bp.get("/protocols/<slug>")
def protocol_page(slug: str) -> ResponseReturnValue:
    """One protocol, stage by stage."""
    protocol = _protocol(slug)
    if protocol.kind == "cycle":
        return render_template(
            "feedback/cycle_template.html",
            protocol=protocol,
            phases=phases_of(protocol.data),
            recommends=protocol.own is not None and policy.may_recommend(me(), protocol.own),
        )
    return render_template(
        "feedback/protocol_page.html",
        protocol=protocol,
        data=protocol.data,
        stages=stages_of(protocol.data),
        meeting=meeting_minutes(protocol.data)
        if Way.LIVE in protocol.data.get("ways", ())
        else None,
        hand_outs=hand_outs(protocol.data),
        speakers=SPEAKERS,
        silent=SILENT,
        left=LEFT,
        recommends=protocol.own is not None and policy.may_recommend(me(), protocol.own),
    )


@bp.get("/protocols/<slug>/students")
def protocol_for_students(slug: str) -> ResponseReturnValue:
    """The sheets in students' words, to print; one where its number is asked for."""
    protocol = _protocol(slug)
    sheets = hand_outs(protocol.data)
    number = request.args.get("sheet", type=int)
    if number is not None:
        sheets = [_hand_out(protocol, number)]
    return render_template("feedback/protocol_students.html", protocol=protocol, sheets=sheets)


@bp.get("/protocols/<slug>/students/<int:number>/cards")
def protocol_cards(slug: str, number: int) -> ResponseReturnValue:
    """The steps as cards, to print and cut."""
    protocol = _protocol(slug)
    sheet = _hand_out(protocol, number)
    if not sheet.steps:
        raise NotFound
    return render_template("feedback/protocol_cards.html", protocol=protocol, sheet=sheet)


@bp.get("/protocols/<slug>/students/<int:number>/class")
def protocol_in_class(slug: str, number: int) -> ResponseReturnValue:
    """One step after the other, in large letters with a clock, for a projector."""
    protocol = _protocol(slug)
    sheet = _hand_out(protocol, number)
    step = request.args.get("step", 1, type=int)
    if not 1 <= step <= len(sheet.steps):
        raise NotFound
    return render_template(
        "feedback/protocol_class.html", protocol=protocol, sheet=sheet, number=number, nth=step
    )


def _protocol(slug: str) -> Protocol:
    return one_or_404(queries.protocol_seen(me(), slug))


def _hand_out(protocol: Protocol, number: int) -> HandOut:
    sheets = hand_outs(protocol.data)
    if not 1 <= number <= len(sheets):
        raise NotFound
    return sheets[number - 1]
