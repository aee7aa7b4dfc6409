"""Evidence: added to a goal, removed and put back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.goals import queries as goal_queries
from pdportal.goals.evidence import queries, services
from pdportal.goals.forms import EvidenceForm
from pdportal.goals.models import Goal, Step
from pdportal.goals.steps import queries as step_queries
from pdportal.goals.views import bp
from pdportal.goals.views.goals import page_of
from pdportal.web.errors import one_or_404


@bp.post("/goals/<int:goal_id>/evidence")
def add_evidence(goal_id: int) -> ResponseReturnValue:
    """Keep a link or a few words."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    form = EvidenceForm()
    evidence = form.attempt(
        lambda: services.add_evidence(
            me(),
            goal,
            url=form.url.data or "",
            text=form.text.data or "",
            step=_step(form.step.data),
        )
    )
    if evidence is None:
        return page_of(goal, evidence_form=form)
    flash(_("Saved with your goal. Only you see it."), "success")
    return redirect(_list_in(goal))


@bp.post("/goals/<int:goal_id>/evidence/<int:evidence_id>/remove")
def remove_evidence(goal_id: int, evidence_id: int) -> ResponseReturnValue:
    """Off the goal."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    services.remove_evidence(me(), goal, one_or_404(queries.evidence(me(), goal, evidence_id)))
    flash(_("Removed. You can put it back: it is at the end of the list."), "success")
    return redirect(_list_in(goal))


@bp.post("/goals/<int:goal_id>/evidence/<int:evidence_id>/restore")
def restore_evidence(goal_id: int, evidence_id: int) -> ResponseReturnValue:
    """Back on the goal."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    services.restore_evidence(me(), goal, one_or_404(queries.evidence(me(), goal, evidence_id)))
    return redirect(_list_in(goal))


def _list_in(goal: Goal) -> str:
    return url_for(".goal_page", goal_id=goal.id, _anchor="evidence")


def _step(chosen: str | None) -> Step | None:
    if not chosen:
        return None
    known = chosen.isdecimal() and len(chosen) < 10
    return one_or_404(step_queries.step(me(), int(chosen) if known else 0))
