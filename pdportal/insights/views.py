"""How a cohort is doing, for those who run it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_where
from pdportal.cohorts.queries import cohort_opened, cohort_row
from pdportal.db import db
from pdportal.insights import services
from pdportal.insights.progress import progress_of
from pdportal.web.doors import own_path
from pdportal.web.errors import forbidden
from pdportal.web.locale import wording_of
from pdportal.web.requests import LARGEST_ID

bp = Blueprint("insights", __name__)


@bp.get("/cohorts/<int:cohort_id>/progress")
def progress(cohort_id: int) -> ResponseReturnValue:
    """Who is stuck and why, how far each module is, and everybody's way."""
    cohort = cohort_row(me(), cohort_id)
    if cohort is None:
        abort(404)
    if not cohort.runs:
        raise forbidden()
    progress = progress_of(cohort)
    reasons = [reason for stuck in progress.stuck for reason in stuck.reasons]
    wording = wording_of([reason.since for reason in reasons if reason.since])
    frame = Frame(
        cohort.id,
        cohort.name,
        cohort.starts_on,
        cohort.ends_on,
        cohort.closed_at,
        leads_where(me(), cohort),
    )
    return render_template(
        "insights/progress.html", cohort=frame, progress=progress, wording=wording
    )


class Frame(NamedTuple):
    """What the head of a cohort's page shows."""

    id: int
    name: str
    starts_on: date
    ends_on: date | None
    closed_at: datetime | None
    led: bool
    """Whether whoever looks leads where the cohort belongs."""


@bp.post("/cohorts/<int:cohort_id>/nudge")
def nudge(cohort_id: int) -> ResponseReturnValue:
    """Ask somebody how a module is going."""
    opened = cohort_opened(me(), cohort_id)
    if opened is None:
        abort(404)
    cohort, runs = opened
    if not runs:
        raise forbidden()
    person_id = request.form.get("person", 0, type=int)
    module_id = request.form.get("module", 0, type=int)
    if not (0 < person_id <= LARGEST_ID and 0 < module_id <= LARGEST_ID):
        abort(404)
    asked = services.nudge(me(), cohort, person_id, module_id)
    name = db.session.get_one(Person, person_id).name
    flash(
        _("%(name)s will find your question in their inbox.", name=name)
        if asked
        else _("%(name)s was asked about this today already.", name=name)
    )
    here = url_for(".progress", cohort_id=cohort.id)
    return redirect(own_path(request.form.get("back")) or here)
