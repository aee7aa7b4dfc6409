"""The waiting list of a cohort and its review matrix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts import me
from pdportal.feedback.pairing.policy import may_see_pairs
from pdportal.feedback.pairing.queries import parties, rules_of
from pdportal.feedback.pairing.rules import Party, troubles
from pdportal.insights.policy import may_help
from pdportal.insights.views import back_to, bp, cohort_to_help, id_of
from pdportal.insights.waiting import queries, services
from pdportal.web.locale import zone_here
from pdportal.web.sheets import csv_file

DECLINED_LATELY = timedelta(days=30)


@bp.get("/cohorts/<int:cohort_id>/reviews")
def reviews(cohort_id: int) -> ResponseReturnValue:
    """Who waits, who was asked about whose work, and where the rules do not work out."""
    cohort, now = cohort_to_help(cohort_id), clock.now()
    rows = queries.matrix(cohort.id, now)
    people = [(who, list(pairs)) for who, pairs in groupby(rows, attrgetter("id", "name"))]
    sees_pairs = may_see_pairs(me(), cohort)
    rules, members = (rules_of(cohort.id), parties(cohort.id)) if sees_pairs else (None, [])
    return render_template(
        "insights/reviews.html",
        cohort=cohort,
        sees_pairs=sees_pairs,
        waiting=queries.waiting_list(cohort.id, now),
        people=people,
        declined=queries.declined(cohort.id, now - DECLINED_LATELY),
        troubles=troubles(rules, [Party(*row[:3]) for row in members]) if rules else [],
        names={row.id: row.name for row in members},
        needed=rules.needed if rules else 0,
        may_help=may_help(me(), cohort),
    )


@bp.get("/cohorts/<int:cohort_id>/reviews/<table>.csv")
def reviews_file(cohort_id: int, table: str) -> ResponseReturnValue:
    """The same as a table to take along."""
    cohort, now = cohort_to_help(cohort_id), clock.now()
    if table == "waiting":
        head = [_("Author"), _("Waiting since"), _("Due"), _("Reviews"), _("Needed")]
        head += [_("Asked, not started"), _("Reading")]
        names: tuple[str, ...] = ("name", "since", "due_on", "have", "needed", "asked", "reading")
        rows = queries.waiting_list(cohort.id, now)
    elif table != "matrix":
        abort(404)
    else:
        head = [_("Colleague"), _("Author"), _("Asked, not started"), _("Reading"), _("Given")]
        names = ("name", "author", "asked", "reading", "given")
        rows = queries.matrix(cohort.id, now)
    return csv_file(f"{table}-{cohort.id}", head, map(_cells(names), rows))


def _cells(names: tuple[str, ...]) -> Callable[[Any], list[object]]:
    def cells(row: Any) -> list[object]:
        values = (getattr(row, name) for name in names)
        return [
            value.astimezone(zone_here()).date() if isinstance(value, datetime) else value
            for value in values
        ]

    return cells


@bp.post("/cohorts/<int:cohort_id>/remind")
def remind(cohort_id: int) -> ResponseReturnValue:
    """Remind those who owe feedback, to one request or by one person."""
    about = "person" if "person" in request.form else "round"
    services.remind(me(), cohort_to_help(cohort_id), **{f"{about}_id": id_of(about)})
    flash(_("Reminded. Nobody gets more than one reminder a day about the same feedback."))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/ask-coach")
def ask_coach(cohort_id: int) -> ResponseReturnValue:
    """Ask the author's coach now."""
    asked = services.ask_coach(me(), cohort_to_help(cohort_id), id_of("round"))
    flash(_("The coach is asked.") if asked else _("No coach can be asked for this."))
    return _back(cohort_id)


@bp.post("/cohorts/<int:cohort_id>/end-asking")
def end_asking(cohort_id: int) -> ResponseReturnValue:
    """Ask nobody more; the author goes on."""
    services.end_asking(me(), cohort_to_help(cohort_id), id_of("round"))
    flash(_("Nobody more is asked. The author was told to continue with what has come."))
    return _back(cohort_id)


def _back(cohort_id: int) -> ResponseReturnValue:
    return back_to(url_for(".reviews", cohort_id=cohort_id))
