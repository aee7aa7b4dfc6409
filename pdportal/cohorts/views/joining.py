"""Pages for somebody who is asked to join a cohort, and for members who leave."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.cohorts import joining, queries
from pdportal.cohorts.views.blueprint import bp
from pdportal.web.errors import one_or_404


@bp.route("/cohorts/<int:cohort_id>/join", methods=["GET", "POST"])
def join_request(cohort_id: int) -> ResponseReturnValue:
    """Who asks, what joining shows to whom; yes or no."""
    asked = one_or_404(queries.join_request(me(), cohort_id))
    if request.method == "GET":
        return render_template("cohorts/join_request.html", asked=asked, cohort=asked.cohort)
    if request.form.get("answer") == "yes":
        joining.accept(me(), asked)
        flash(_("You are in “%(cohort)s”.", cohort=asked.cohort.name))
        return redirect(url_for(".cohort_page", cohort_id=cohort_id))
    joining.decline(me(), asked)
    flash(_("You did not join “%(cohort)s”.", cohort=asked.cohort.name))
    return redirect(url_for(".cohort_list"))


@bp.post("/cohorts/memberships/<int:member_id>/leave")
def leave(member_id: int) -> ResponseReturnValue:
    """Go out of a cohort: by one's own membership, and nobody else's."""
    cohort = one_or_404(queries.membership_of(me(), member_id)).cohort
    joining.leave(me(), cohort)
    flash(_("You left “%(cohort)s”. What you did in it stays yours.", cohort=cohort.name))
    return redirect(url_for(".cohort_list"))
