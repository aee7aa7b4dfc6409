"""The story of a goal, and its poster."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pdportal import clock
from pdportal.accounts import me
from pdportal.goals import queries as goal_queries
from pdportal.goals.models import Goal
from pdportal.goals.story import queries, services
from pdportal.goals.views import bp
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.requests import typed_numbers


@bp.get("/goals/<int:goal_id>/story")
def story(goal_id: int) -> ResponseReturnValue:
    """How it changed, why, and what prompted it; the beginning and now side by side."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    return render_template("goals/story.html", goal=goal, story=queries.story_of(goal))


@bp.route("/goals/<int:goal_id>/poster", methods=["GET", "POST"])
def choose_poster(goal_id: int) -> ResponseReturnValue:
    """Choose what is on a poster, and agree to it."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    if request.method == "GET":
        return _choice_page(goal)
    chosen: dict[str, Any] = {
        "parts": request.form.getlist("part"),
        "evidence": typed_numbers("evidence"),
    }
    try:
        services.agree_to_poster(me(), goal, **chosen, agreed="agreed" in request.form)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _choice_page(goal, chosen, refused), 422
    return redirect(url_for(".poster", goal_id=goal.id))


@bp.get("/goals/<int:goal_id>/poster/print")
def poster(goal_id: int) -> ResponseReturnValue:
    """One page to print, of what was agreed to."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    told = queries.story_of(goal)
    if not services.is_agreed(goal, told):
        return redirect(url_for(".choose_poster", goal_id=goal.id))
    chosen = goal.poster or {}
    return render_template(
        "goals/poster.html",
        goal=goal,
        parts=chosen["parts"],
        talk="talk" in request.args,
        latest=told.revisions[0],
        first=told.revisions[-1],
        steps=told.steps,
        evidence=[piece for piece in told.evidence if piece.id in chosen["evidence"]],
        today=clock.today(zone_here()),
    )


def _choice_page(
    goal: Goal, chosen: dict[str, Any] | None = None, refused: Refused | None = None
) -> str:
    return render_template(
        "goals/choose_poster.html",
        goal=goal,
        story=queries.story_of(goal),
        chosen=chosen or goal.poster or {"parts": ["why", "know", "steps"], "evidence": []},
        refused=refused,
    )
