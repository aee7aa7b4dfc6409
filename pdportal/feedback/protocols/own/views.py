"""Writing a protocol: the form, the same as Markdown, a try, and who may use it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import cohorts_seen_by
from pdportal.db import db
from pdportal.feedback.protocols import policy, queries
from pdportal.feedback.protocols.models import OwnProtocol, Readers
from pdportal.feedback.protocols.own import services
from pdportal.feedback.protocols.own.boxes import BANDS, OUT, known_boxes, stage_keys
from pdportal.feedback.protocols.views import SPEAKERS
from pdportal.feedback.reviews.practice import tried_of
from pdportal.feedback.views import bp
from pdportal.web.autosave import ChangedElsewhere, autosave_response, not_saved, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.requests import typed, typed_id


@bp.post("/protocols/new")
def new_protocol() -> ResponseReturnValue:
    """Begin one of my own."""
    return redirect(url_for(".edit_protocol", own_id=services.begin(me()).id))


@bp.post("/protocols/<slug>/copy")
def copy_protocol(slug: str) -> ResponseReturnValue:
    """Begin a copy to change."""
    protocol = one_or_404(queries.protocol_seen(me(), slug))
    own = services.begin_copy(me(), protocol)
    return redirect(url_for(".edit_protocol", own_id=own.id))


@bp.route("/protocols/own/<int:own_id>", methods=["GET", "POST"])
def edit_protocol(own_id: int) -> ResponseReturnValue:
    """Write it in boxes; every pause in typing is saved."""
    own = _own(own_id)
    here = url_for(".edit_protocol", own_id=own.id)
    if request.method == "POST":
        return autosave_response(
            lambda: services.save_boxes(me(), own, request.form, seen_version()),
            here,
            typed=_typed(own),
            again=lambda refused: _page(own, refused),
        )
    if not own.boxes:
        return redirect(url_for(".protocol_markdown", own_id=own.id))
    return _page(own)


@bp.post("/protocols/own/<int:own_id>/arrange")
def arrange_protocol(own_id: int) -> ResponseReturnValue:
    """Save, then add a stage, move one, take one out or put it back."""
    own = _own(own_id)
    what, _colon, key = typed("do").partition(":")
    try:
        services.save_boxes(me(), own, request.form, seen_version())
        key = services.arrange(me(), own, what, key)
    except Refused as refused:
        return not_saved(refused, typed=_typed(own), again=lambda refused: _page(own, refused))
    return redirect(url_for(".edit_protocol", own_id=own.id, at=key, _anchor=f"stage-{key}"))


@bp.route("/protocols/own/<int:own_id>/markdown", methods=["GET", "POST"])
def protocol_markdown(own_id: int) -> ResponseReturnValue:
    """Write the same as Markdown."""
    own = _own(own_id)
    if request.method == "POST":
        return autosave_response(
            lambda: services.save_markdown(me(), own, typed("markdown"), seen_version()),
            url_for(".protocol_markdown", own_id=own.id),
            typed=[("", typed("markdown"))],
            again=lambda refused: _page(own, refused),
        )
    return _page(own)


@bp.route("/protocols/own/<int:own_id>/try", methods=["GET", "POST"])
def try_protocol(own_id: int) -> ResponseReturnValue:
    """Walk through it with an example, finished or not; what is typed here is not stored."""
    own = _own(own_id)
    check = url_for(".edit_protocol", own_id=own.id, check=1)
    checked = services.checked(own)
    if not checked.can_be_tried:
        return redirect(check)
    protocol = checked.draft
    tried = tried_of(protocol.data, every=True)
    written = any(each.text.strip() for each in tried)
    page = render_template(
        "feedback/practice.html",
        protocol=protocol,
        sample=protocol.data["practice"] or {},
        here=url_for(".try_protocol", own_id=own.id),
        back=url_for(".edit_protocol", own_id=own.id),
        check=None if checked.protocol else check,
        trying=True,
        speakers=SPEAKERS,
        tried=tried,
        compared=written,
        nothing_written=request.method == "POST" and not written,
    )
    return page, 422 if request.method == "POST" and not written else 200


@bp.post("/protocols/own/<int:own_id>/publish")
def publish_protocol(own_id: int) -> ResponseReturnValue:
    """Save, and let myself and others use it as it is now."""
    own = _own(own_id)
    try:
        if "markdown" in request.form:
            services.save_markdown(me(), own, typed("markdown"), seen_version())
        else:
            services.save_boxes(me(), own, request.form, seen_version())
        services.publish(me(), own, *_readers())
    except Refused as refused:
        return not_saved(
            refused, typed=_typed(own), again=lambda refused: _page(own, refused, check=True)
        )
    flash(_("Published. Requests that are under way keep the version they began with."), "success")
    return redirect(url_for(".protocol_page", slug=own.slug))


@bp.post("/protocols/own/<int:own_id>/withdraw")
def withdraw_protocol(own_id: int) -> ResponseReturnValue:
    """Offer it to nobody any more."""
    own = _own(own_id)
    services.withdraw(me(), own)
    flash(_("Withdrawn. Requests that are under way go on with it."), "success")
    return redirect(url_for(".protocol_page", slug=own.slug))


@bp.post("/protocols/own/<int:own_id>/delete")
def delete_protocol(own_id: int) -> ResponseReturnValue:
    """Delete a draft that nobody else has seen."""
    services.delete_draft(me(), _own(own_id))
    flash(_("Deleted."), "success")
    return redirect(url_for(".protocols"))


@bp.post("/protocols/<slug>/recommend")
def recommend_protocol(slug: str) -> ResponseReturnValue:
    """Recommend it to my district, or no longer."""
    protocol = one_or_404(queries.protocol_seen(me(), slug))
    services.recommend(me(), protocol, yes=typed("yes") == "1")
    return redirect(url_for(".protocol_page", slug=slug))


def _own(own_id: int) -> OwnProtocol:
    return one_or_404(policy.own_protocols_of(me()).where(OwnProtocol.id == own_id))


def _readers() -> tuple[Readers, Cohort | None]:
    """Who may use it, as the form says; nobody else if it does not."""
    who, _dash, number = typed("readers").partition("-")
    if who == Readers.COHORT and (ident := typed_id(number)):
        return Readers.COHORT, db.session.get(Cohort, ident)
    return next((each for each in Readers if each == who), Readers.ME), None


def _typed(own: OwnProtocol) -> list[tuple[str, str]]:
    """What the form holds that is not stored."""
    return [
        ("", text)
        for name, text in request.form.items()
        if name in {*known_boxes(own.boxes), "markdown"} and text != own.boxes.get(name)
    ]


def _page(own: OwnProtocol, refused: Refused | None = None, *, check: bool = False) -> str:
    """The form, or the Markdown: with what was typed, and what is wrong where that is asked."""
    as_markdown = not own.boxes or "markdown" in {*request.form, *request.path.split("/")}
    checked = services.checked(own) if as_markdown or check or "check" in request.args else None
    faults = dict(checked.faults) if checked else {}
    if refused and refused.field:
        faults[refused.field] = refused.message
    stored = list(refused.values.items()) if isinstance(refused, ChangedElsewhere) else []
    version = seen_version() if refused else own.version
    values: dict[str, Any] = {
        "own": own,
        "version": refused.version if isinstance(refused, ChangedElsewhere) else version,
        "refused": refused,
        "checked": checked,
        "faults": faults,
        "published": queries.is_published(own),
        "stored": [("", text) for name, text in stored if request.form.get(name, text) != text],
        "cohorts": db.session.execute(
            cohorts_seen_by(me())
            .where(Cohort.is_open)
            .with_only_columns(Cohort.id, Cohort.name)
            .order_by(Cohort.sort_key)
            .limit(50)
        ).all(),
    }
    if as_markdown:
        text = typed("markdown") if refused else services.markdown_of(own)
        return render_template("feedback/own_markdown.html", text=text, **values)
    boxes = own.boxes | (request.form.to_dict() if refused else {})
    return render_template(
        "feedback/own_edit.html",
        boxes=boxes,
        keys=stage_keys(own.boxes),
        out=stage_keys(own.boxes, OUT),
        bands=BANDS,
        **values,
    )
