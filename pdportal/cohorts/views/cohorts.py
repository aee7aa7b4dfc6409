"""Pages about cohorts: the list, a cohort, making, changing and closing one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.accounts.policy import leads_district
from pdportal.accounts.queries import schools_led_by
from pdportal.cohorts import policy, queries, services
from pdportal.cohorts.forms import CohortForm, NewCohortForm
from pdportal.cohorts.opened import run_cohort, seen_cohort
from pdportal.cohorts.views.blueprint import bp
from pdportal.db import db
from pdportal.web.errors import Refused, require
from pdportal.web.pages import render_form


@bp.get("/cohorts")
def cohort_list() -> ResponseReturnValue:
    """The cohorts I run and those I am in."""
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows = db.session.execute(queries.cohort_list(me(), page)).all()
    return render_template(
        "cohorts/cohort_list.html",
        cohorts=rows[: queries.PAGE],
        page=page,
        more=len(rows) > queries.PAGE,
        may_create=policy.may_create(me()),
    )


@bp.route("/cohorts/new", methods=["GET", "POST"])
def new_cohort() -> ResponseReturnValue:
    """Create a cohort."""
    require(policy.may_create(me()))
    form = NewCohortForm()
    form.offer(schools_led_by(me()), everywhere=leads_district(me()))
    if form.validate_on_submit():
        try:
            cohort = services.create_cohort(me(), **form.answers())
        except Refused as refused:
            return _say_in_form(refused, "cohorts/new_cohort.html", form)
        flash(_("“%(name)s” is created. Now add its people.", name=cohort.name))
        return redirect(url_for(".people", cohort_id=cohort.id))
    return render_form("cohorts/new_cohort.html", form)


@bp.get("/cohorts/<int:cohort_id>")
def cohort_page(cohort_id: int) -> ResponseReturnValue:
    """The members and dates of a cohort; those who run it are redirected to its progress."""
    cohort, runs = seen_cohort(cohort_id)
    if runs:
        return redirect(url_for("insights.progress", cohort_id=cohort.id))
    members = db.session.execute(queries.members_of(cohort.id)).all()
    mine = db.session.scalars(queries.own_membership(me(), cohort.id)).one()
    return render_template("cohorts/cohort_page.html", cohort=cohort, members=members, mine=mine)


@bp.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
def edit_cohort(cohort_id: int) -> ResponseReturnValue:
    """Change a cohort's name, dates and what it is about."""
    cohort = run_cohort(cohort_id)
    form = CohortForm(obj=cohort)
    may_close = policy.may_close(me(), cohort)
    if form.validate_on_submit():
        try:
            services.change_cohort(me(), cohort, **form.answers(), version=form.seen_version())
        except Refused as refused:
            context = {"cohort": cohort, "may_close": may_close}
            return _say_in_form(refused, "cohorts/edit_cohort.html", form, **context)
        flash(_("Saved."))
        return redirect(url_for(".cohort_page", cohort_id=cohort.id))
    return render_form("cohorts/edit_cohort.html", form, cohort=cohort, may_close=may_close)


@bp.post("/cohorts/<int:cohort_id>/close")
def close_cohort(cohort_id: int) -> ResponseReturnValue:
    """Close a cohort."""
    cohort = run_cohort(cohort_id)
    services.close_cohort(me(), cohort)
    flash(_("“%(name)s” is closed. You can open it again at any time.", name=cohort.name))
    return redirect(url_for(".edit_cohort", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/reopen")
def reopen_cohort(cohort_id: int) -> ResponseReturnValue:
    """Open a closed cohort again."""
    cohort = run_cohort(cohort_id)
    services.reopen_cohort(me(), cohort)
    flash(_("“%(name)s” is open again.", name=cohort.name))
    return redirect(url_for(".edit_cohort", cohort_id=cohort.id))


def _say_in_form(
    refused: Refused, template: str, form: CohortForm, **context: Any
) -> ResponseReturnValue:
    """The form again with what was typed, and why it was not stored."""
    if refused.status == 403:
        raise refused
    form.show(refused)
    return render_template(template, form=form, **context), refused.status
