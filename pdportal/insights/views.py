"""How a cohort is doing, for those who run it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal import clock
from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_where
from pdportal.cohorts.opened import run_cohort
from pdportal.cohorts.queries import cohort_row
from pdportal.db import db, reads_rows
from pdportal.insights import policy, services
from pdportal.insights.progress import LATE, QUIET, Reason, progress_of
from pdportal.web.doors import own_path
from pdportal.web.errors import or_404, require
from pdportal.web.locale import say_day, wording_of, zone_here
from pdportal.web.requests import typed_id

bp = Blueprint("insights", __name__)

LIMITS = {"waited": policy.WAITED.days, "late": LATE.days, "quiet": QUIET.days}
"""From how many days on somebody is called stuck."""


@bp.get("/cohorts/<int:cohort_id>/progress")
@reads_rows
def progress(cohort_id: int) -> ResponseReturnValue:
    """Who is stuck and why, how far each module is, and everybody's way."""
    cohort = or_404(cohort_row(me(), cohort_id))
    require(cohort.runs)
    progress = progress_of(cohort)
    reasons = [reason for stuck in progress.stuck for reason in stuck.reasons]
    waits = [wait for person in progress.people for wait in person.waits]
    wording = wording_of([reason.since for reason in [*reasons, *waits] if reason.since])
    frame = Frame(
        cohort.id,
        cohort.name,
        cohort.starts_on,
        cohort.ends_on,
        cohort.closed_at,
        leads_where(me(), cohort),
        progress.joined_at.get(me().id),
    )
    return render_template(
        "insights/progress.html", cohort=frame, progress=progress, wording=wording, limits=LIMITS
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
    joined_at: datetime | None
    """Since when whoever looks is in it; None if they are not."""

    def may_step_in(self, reason: Reason) -> bool:
        """Whether whoever looks may give this feedback themselves."""
        return policy.may_step_in(self.joined_at, reason, clock.now())


@bp.post("/cohorts/<int:cohort_id>/nudge")
def nudge(cohort_id: int) -> ResponseReturnValue:
    """Ask somebody how a module is going."""
    cohort = run_cohort(cohort_id)
    person_id = id_of("person")
    asked = services.nudge(me(), cohort, person_id, id_of("module"))
    name = db.session.get_one(Person, person_id).name
    flash(
        _("%(name)s will find your question in their inbox.", name=name)
        if asked
        else _("%(name)s was asked about this today already.", name=name)
    )
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/ask-another")
def ask_another(cohort_id: int) -> ResponseReturnValue:
    """Ask one more colleague for the feedback that somebody waits for."""
    asked = services.ask_another(me(), run_cohort(cohort_id), id_of("round"))
    flash(_asked(int(asked)))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/step-in")
def step_in(cohort_id: int) -> ResponseReturnValue:
    """Give the feedback oneself."""
    review = services.step_in(me(), run_cohort(cohort_id), id_of("round"))
    return redirect(url_for("feedback.review_page", review_id=review.id))


@bp.post("/cohorts/<int:cohort_id>/extend")
def extend(cohort_id: int) -> ResponseReturnValue:
    """Give everybody a week more for a module."""
    cohort = run_cohort(cohort_id)
    due_on = services.extend(me(), cohort, id_of("module"), clock.today(zone_here()))
    flash(_("It is due %(day)s now, for everybody in this cohort.", day=say_day(due_on)))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/give-time")
def give_time(cohort_id: int) -> ResponseReturnValue:
    """Give one person a week more for a module."""
    cohort, today = run_cohort(cohort_id), clock.today(zone_here())
    person_id = id_of("person")
    due_on = services.give_time(me(), cohort, person_id, id_of("module"), today)
    name = db.session.get_one(Person, person_id).name
    flash(_("It is due %(day)s for %(name)s now.", day=say_day(due_on), name=name))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/several")
def several(cohort_id: int) -> ResponseReturnValue:
    """Do one thing for all who were selected: those whom it does not fit are left out."""
    cohort = run_cohort(cohort_id)
    ids = [_selected(value) for value in request.form.getlist("stuck")[:500]]
    modules = sorted({(pair[0], pair[1]) for pair in ids if len(pair) == 2})
    rounds = sorted({pair[0] for pair in ids if len(pair) == 1})
    match request.form.get("do"):
        case "nudge":
            count = services.nudge_all(me(), cohort, modules)
            message = ngettext("%(num)s question was sent.", "%(num)s questions were sent.", count)
        case "ask":
            message = _asked(services.ask_for_all(me(), cohort, rounds))
        case "time":
            today = clock.today(zone_here())
            count = services.give_time_all(me(), cohort, modules, today)
            message = ngettext(
                "%(num)s person has a week more for a module.",
                "%(num)s times somebody has a week more for a module.",
                count,
            )
        case "extend":
            today = clock.today(zone_here())
            late = sorted({module_id for _person, module_id in modules})
            count = services.extend_all(me(), cohort, late, today)
            message = ngettext(
                "%(num)s module is due later now, for everybody in this cohort.",
                "%(num)s modules are due later now, for everybody in this cohort.",
                count,
            )
        case _:
            abort(400)
    flash(message if ids else _("Select people first."))
    return _back(cohort_id)


def _selected(value: str) -> tuple[int, ...]:
    """A person and a module, or a request, as the boxes of the page say it: `12-3`, or `7`."""
    ids = tuple(filter(None, map(typed_id, value.split("-"))))
    return ids if 0 < len(ids) < 3 else ()


def _asked(count: int) -> str:
    if not count:
        return _("Nobody is left to ask. The author can continue with the feedback they have.")
    return ngettext(
        "%(num)s more colleague was asked.", "%(num)s more colleagues were asked.", count
    )


def id_of(name: str) -> int:
    """The id that a form sends under this name; 404 where it is none."""
    return typed_id(request.form.get(name, "")) or abort(404)


def _back(cohort_id: int) -> ResponseReturnValue:
    return back_to(url_for(".progress", cohort_id=cohort_id))


def back_to(here: str) -> ResponseReturnValue:
    """Back to where the button stood; `here` if the form does not say."""
    return redirect(own_path(request.form.get("back")) or here)
