"""Pages of visits elsewhere."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from pdportal.accounts import me
from pdportal.coaching.elsewhere import policy, services
from pdportal.coaching.elsewhere.models import PlaceKind, VisitElsewhere
from pdportal.db import db
from pdportal.goals.views import steps_made
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.forms import DayField, PortalForm, line_field, required
from pdportal.web.pages import render_form
from pdportal.web.requests import typed

bp = Blueprint("elsewhere", __name__, url_prefix="/coaching/elsewhere")

NAMES = {
    PlaceKind.SCHOOL: _l("Another school"),
    PlaceKind.COMPANY: _l("A company or a workplace"),
    PlaceKind.CONFERENCE: _l("A conference"),
    PlaceKind.OTHER: _l("Somewhere else"),
}


class ElsewhereForm(PortalForm):
    """Where to, and when."""

    place = line_field(_l("Where to?"), 200, _l("Say where you go."))
    kind = SelectField(_l("What is it?"), choices=[SelectChoice(*each) for each in NAMES.items()])
    on_day = DayField(_l("Day"), validators=[required(_l("Say on which day."))])
    form_key = HiddenField()


@bp.get("")
def elsewhere_list() -> ResponseReturnValue:
    """My visits elsewhere, the latest first."""
    latest = VisitElsewhere.on_day.desc(), VisitElsewhere.id.desc()
    mine = policy.elsewhere_seen_by(me()).order_by(*latest).limit(200)
    return render_template(
        "coaching/elsewhere/elsewhere_list.html", visits=db.session.scalars(mine).all(), names=NAMES
    )


@bp.route("/new", methods=["GET", "POST"])
def new_elsewhere() -> ResponseReturnValue:
    """Plan a visit elsewhere."""
    form = ElsewhereForm()
    form.form_key.data = form.form_key.data or uuid4().hex
    visit = form.attempt(
        lambda: services.plan(
            me(),
            form.place.data or "",
            PlaceKind(form.kind.data),
            form.on_day.data,  # type: ignore[arg-type]  # the form asked for it
            form_key=(form.form_key.data or "")[:40],
        )
    )
    if visit is None:
        return render_form("coaching/elsewhere/new_elsewhere.html", form)
    return redirect(url_for(".elsewhere_page", visit_id=visit.id))


@bp.get("/<int:visit_id>")
def elsewhere_page(visit_id: int) -> ResponseReturnValue:
    """One of mine: why, what I saw, what I do about it."""
    return _page(_own(visit_id))


@bp.post("/<int:visit_id>")
@keeps_words(
    why=_l("Why"), look_for=_l("What to look for"), notes=_l("Notes"), follow_up=_l("To do")
)
def save_elsewhere(visit_id: int) -> ResponseReturnValue:
    """Save what I type about it."""
    visit = _own(visit_id)
    words = {name: typed(name) for name in services.TEXTS}
    return autosave_response(
        lambda: services.save(me(), visit, words, version=seen_version()),
        url_for(".elsewhere_page", visit_id=visit_id),
        again=lambda refused: _page(visit, words, refused),
    )


@bp.post("/<int:visit_id>/remove")
def remove_elsewhere(visit_id: int) -> ResponseReturnValue:
    """Delete it."""
    services.remove(me(), _own(visit_id))
    flash(_("Deleted."), "success")
    return redirect(url_for(".elsewhere_list"))


def _page(
    visit: VisitElsewhere, words: dict[str, str] | None = None, refused: Refused | None = None
) -> str:
    return render_template(
        "coaching/elsewhere/elsewhere_page.html",
        visit=visit,
        kind=NAMES[visit.kind],
        words=words or {name: getattr(visit, name) for name in services.TEXTS},
        mistakes={refused.field or "": refused.message} if refused else {},
        steps=steps_made(me(), services.page_of(visit)),
    )


def _own(visit_id: int) -> VisitElsewhere:
    return one_or_404(policy.elsewhere_seen_by(me()).where(VisitElsewhere.id == visit_id))
