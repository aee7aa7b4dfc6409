"""Pages of suggested goals: for whoever runs a cohort, and for its members."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.accounts.policy import leads_where
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.queries import cohort_opened
from pdportal.db import db
from pdportal.goals.models import GoalStart, StartDeclined
from pdportal.goals.services.checks import LONGEST_TEXT
from pdportal.goals.starts import queries, services
from pdportal.goals.views import bp
from pdportal.web.errors import one_or_404, or_404, require
from pdportal.web.forms import PortalForm, text_field
from pdportal.web.pages import render_form


class StartForm(PortalForm):
    """A goal to suggest to a cohort."""

    change = text_field(_l("What would change for students"), LONGEST_TEXT)
    why = text_field(_l("Why it could matter"), LONGEST_TEXT)
    know = text_field(_l("How one would know"), LONGEST_TEXT)
    steps = text_field(_l("First steps, one a line"), LONGEST_TEXT)
    note = text_field(_l("Why you suggest it"), LONGEST_TEXT)


@bp.route("/goals/suggested/<int:cohort_id>", methods=["GET", "POST"])
def suggest(cohort_id: int) -> ResponseReturnValue:
    """What is suggested to a cohort, and one more."""
    cohort = _cohort(cohort_id)
    form = StartForm()
    start = form.attempt(
        lambda: services.suggest_goal(
            me(),
            cohort,
            {key: form[key].data or "" for key in services.KEYS},
            form.steps.data or "",
            form.note.data or "",
        )
    )
    if start is not None:
        flash(_("Suggested. Everybody in the cohort is told, and decides for themselves."))
        return redirect(url_for(".suggest", cohort_id=cohort.id))
    return render_form(
        "goals/suggest.html",
        form,
        cohort=cohort,
        leads=leads_where(me(), cohort),
        suggested=queries.suggested_in(me(), cohort),
    )


@bp.post("/goals/suggested/<int:cohort_id>/<int:start_id>/withdraw")
def withdraw_start(cohort_id: int, start_id: int) -> ResponseReturnValue:
    """Suggest it no more."""
    cohort = _cohort(cohort_id)
    services.withdraw_start(me(), cohort, start_id)
    flash(_("Withdrawn. Goals that people made of it stay theirs."))
    return redirect(url_for(".suggest", cohort_id=cohort.id))


@bp.get("/goals/starts/<int:start_id>")
def start_page(start_id: int) -> ResponseReturnValue:
    """A suggested goal, to make one's own of it."""
    start = one_or_404(queries.start_seen(me(), start_id))
    return render_template(
        "goals/start_page.html",
        start=start,
        own=queries.own_of(me(), start),
        declined=db.session.get(StartDeclined, (start.id, me().id)),
    )


@bp.post("/goals/starts/<int:start_id>/decline")
def decline_start(start_id: int) -> ResponseReturnValue:
    """Not for me, or after all."""
    start = one_or_404(queries.start_seen(me(), start_id))
    services.decline_start(me(), start, declines="undo" not in request.form)
    return redirect(url_for(".start_page", start_id=start.id))


@bp.post("/goals/starts/<int:start_id>/adapt")
def adapt_start(start_id: int) -> ResponseReturnValue:
    """A goal of one's own from it."""
    start: GoalStart = one_or_404(queries.start_seen(me(), start_id))
    goal = services.adapt_start(me(), start)
    return redirect(url_for(".edit_goal", goal_id=goal.id))


def _cohort(cohort_id: int) -> Cohort:
    found = or_404(cohort_opened(me(), cohort_id))
    require(found[1])
    return found[0]
