"""The waiting list of a cohort and its review matrix."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal import clock
from pdportal.accounts import me
from pdportal.cohorts.opened import run_cohort
from pdportal.feedback.pairing.policy import may_see_pairs
from pdportal.feedback.pairing.queries import parties, rules_of
from pdportal.feedback.pairing.rules import troubles
from pdportal.insights.policy import may_help
from pdportal.insights.views import back_to, bp, id_of
from pdportal.insights.waiting import queries, services
from pdportal.web.locale import zone_here
from pdportal.web.sheets import csv_file

DECLINED_LATELY = timedelta(days=30)


@bp.get("/cohorts/<int:cohort_id>/reviews")
def reviews(cohort_id: int) -> ResponseReturnValue:
    """Who waits, who was asked about whose work, and where the rules do not work out."""
    cohort, now = run_cohort(cohort_id), clock.now()
    rows, sees_pairs = queries.matrix(cohort.id, now), may_see_pairs(me(), cohort)
    return render_template(
        "insights/reviews.html",
        cohort=cohort,
        sees_pairs=sees_pairs,
        waiting=queries.waiting_list(cohort.id, now),
        people=[(who, list(pairs)) for who, pairs in groupby(rows, attrgetter("id", "reviewer"))],
        declined=queries.declined(cohort.id, now - DECLINED_LATELY),
        troubles=troubles(rules_of(cohort.id), parties(cohort.id)) if sees_pairs else [],
        may_help=may_help(me(), cohort),
    )


_HEADS = {
    "author": _l("Author"),
    "since": _l("Waiting since"),
    "due_on": _l("Due"),
    "have": _l("Reviews"),
    "needed": _l("Needed"),
    "reviewer": _l("Colleague"),
    "asked": _l("Asked, not started"),
    "reading": _l("Reading"),
    "given": _l("Given"),
}
_TABLES = {
    "waiting": (queries.waiting_list, "author since due_on have needed asked reading"),
    "matrix": (queries.matrix, "reviewer author asked reading given"),
}
"""What reads each table, and its columns."""


@bp.get("/cohorts/<int:cohort_id>/reviews/<table>.csv")
def reviews_file(cohort_id: int, table: str) -> ResponseReturnValue:
    """The same as a table to take along."""
    cohort = run_cohort(cohort_id)
    if table not in _TABLES:
        abort(404)
    read, columns = _TABLES[table][0], _TABLES[table][1].split()
    rows = ([_cell(row, name) for name in columns] for row in read(cohort.id, clock.now()))
    return csv_file(f"{table}-{cohort.id}", [str(_HEADS[name]) for name in columns], rows)


def _cell(row: Any, name: str) -> object:
    value = getattr(row, name)
    return value.astimezone(zone_here()).date() if isinstance(value, datetime) else value


@bp.post("/cohorts/<int:cohort_id>/remind")
def remind(cohort_id: int) -> ResponseReturnValue:
    """Remind those who owe feedback, to one request or by one person."""
    about = "person" if "person" in request.form else "round"
    if services.remind(me(), run_cohort(cohort_id), **{f"{about}_id": id_of(about)}):
        flash(_("Reminded. Nobody gets more than one reminder a day about the same feedback."))
    else:
        flash(_("They were reminded today, or three times already. You can ask another colleague."))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/ask-coach")
def ask_coach(cohort_id: int) -> ResponseReturnValue:
    """Ask the author's coach now."""
    asked = services.ask_coach(me(), run_cohort(cohort_id), id_of("round"))
    flash(_("The coach is asked.") if asked else _("No coach can be asked for this."))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/end-asking")
def end_asking(cohort_id: int) -> ResponseReturnValue:
    """Ask nobody more; the author goes on."""
    services.end_asking(me(), run_cohort(cohort_id), id_of("round"))
    flash(_("Nobody more is asked. The author was told to continue with what has come."))
    return _back(cohort_id)


def _back(cohort_id: int) -> ResponseReturnValue:
    return back_to(url_for(".reviews", cohort_id=cohort_id))
