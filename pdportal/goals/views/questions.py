"""Five questions to put to a goal."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.goals import peers, queries
from pdportal.goals.models import Goal
from pdportal.goals.views import bp
from pdportal.web.autosave import ChangedElsewhere, autosave_response, seen_version
from pdportal.web.errors import Refused, one_or_404


@bp.route("/goals/<int:goal_id>/questions", methods=["GET", "POST"])
def questions(goal_id: int) -> ResponseReturnValue:
    """Five questions, answered as far as one likes; saved as one types."""
    goal = one_or_404(queries.goal_page(me(), goal_id))
    if request.method == "GET":
        return _page(goal)

    def save() -> int:
        answers = peers.answers_typed(request.form)
        peers.answer_questions(me(), goal, answers, version=seen_version())
        return goal.version

    back = url_for(".questions" if "stay" in request.form else ".goal_page", goal_id=goal.id)
    return autosave_response(save, back, again=lambda refused: _page(goal, refused))


def _page(goal: Goal, refused: Refused | None = None) -> str:
    answers, version, stored = peers.answers_to(goal), goal.version, []
    if refused is not None:
        answers, version = peers.answers_typed(request.form), seen_version()
    if isinstance(refused, ChangedElsewhere):
        version = refused.version
        stored = [(ask, refused.values[f"words-{key}"]) for key, ask in peers.QUESTIONS.items()]
    return render_template(
        "goals/questions.html",
        goal=goal,
        questions=peers.QUESTIONS.items(),
        said=answers,
        answers=peers.ANSWERS.items(),
        version=version,
        stored=stored,
        error=refused if not stored else None,
    )
