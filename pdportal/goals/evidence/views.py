"""Evidence: added to a goal, removed and put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, get_flashed_messages, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from pdportal.accounts import me
from pdportal.db import begin_to_write, db, writes_later
from pdportal.feedback.files import store
from pdportal.feedback.files.views import add_or_delete, received_files
from pdportal.feedback.works.skills import MOST_SKILLS
from pdportal.goals import queries as goal_queries
from pdportal.goals.evidence import queries, services
from pdportal.goals.evidence.offers import offered, offers
from pdportal.goals.forms import EvidenceForm
from pdportal.goals.models import Evidence, Goal
from pdportal.goals.steps import queries as step_queries
from pdportal.goals.views import bp
from pdportal.skills.queries import skill_choices
from pdportal.web.errors import one_or_404
from pdportal.web.pages import render_form
from pdportal.web.requests import takes_large_files, typed, typed_id, typed_numbers


@bp.route("/goals/<int:goal_id>/evidence", methods=["GET", "POST"])
def add_evidence(goal_id: int) -> ResponseReturnValue:
    """Keep a link, a few words, a clip or a result; the page also takes files."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    form = EvidenceForm()
    if "find" in request.form:
        return _page(goal, form)
    evidence = form.attempt(
        lambda: services.add_evidence(
            me(),
            goal,
            url=form.url.data or "",
            offer=offered(me(), form.offer.data or ""),
            **_about(),
        )
    )
    if evidence is None:
        return _page(goal, form)
    flash(_("Saved with your goal."), "success")
    return redirect(_list_in(goal))


@bp.post("/goals/<int:goal_id>/evidence/files")
@takes_large_files(store.most_at_once, store.too_large)
@writes_later
def add_evidence_files(goal_id: int) -> ResponseReturnValue:
    """Keep files and photos, each as a piece of its own."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    back = _list_in(goal)
    db.session.rollback()
    stored = received_files()
    added: list[Evidence] = []
    if stored:
        begin_to_write()
        goal = one_or_404(goal_queries.goal_page(me(), goal_id))
        add_or_delete(stored, lambda: added.extend(_add_files(goal, stored)))
    if added:
        return redirect(back)
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    mistake = " ".join(str(message) for message in get_flashed_messages())
    return _page(goal, EvidenceForm(formdata=None), mistake, typed("text"))


@bp.post("/goals/<int:goal_id>/evidence/<int:evidence_id>/<any(remove, restore):act>")
def remove_evidence(goal_id: int, evidence_id: int, act: str) -> ResponseReturnValue:
    """Off the goal, or back on it."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    piece, removes = one_or_404(queries.evidence(me(), goal, evidence_id)), act == "remove"
    services.remove_evidence(me(), goal, piece, removes=removes)
    if removes:
        message = _("Removed. You can put it back for 30 days: it is at the end of the list.")
        flash(message, "success")
    return redirect(_list_in(goal))


def _add_files(goal: Goal, stored: Sequence[store.Stored]) -> list[Evidence]:
    with db.session.begin_nested():  # a mistake in the words takes back the files as well
        return services.add_evidence_files(me(), goal, stored, **_about())


def _page(
    goal: Goal, form: EvidenceForm, mistake: str = "", about_files: str = ""
) -> ResponseReturnValue:
    """The form; where files were not added, with why, and what was typed about them."""
    steps = [step for step in step_queries.steps_of(goal) if step.removed_at is None]
    skills = typed_numbers("skill")
    own = [(offer.key, offer.label) for offer in offers(me())]
    form.offer.choices = [SelectChoice(*each) for each in [("", _("None of them")), *own]]
    return render_form(
        "goals/add_evidence.html",
        form,
        goal=goal,
        steps=[("", _("The whole goal")), *((str(step.id), step.name) for step in steps)],
        step=request.values.get("step", ""),
        has_offers=bool(own),
        skills=[*skills, 0, 0][:MOST_SKILLS],
        to_choose=skill_choices(me(), skills, typed("find_skill")),
        largest=store.largest(),
        mistake=mistake,
        about_files=about_files,
    )


def _about() -> dict[str, Any]:
    """What was typed and chosen beside a link or files."""
    chosen = typed("step")
    step = one_or_404(step_queries.step(me(), typed_id(chosen))) if chosen else None
    return {"text": typed("text"), "step": step, "skills": typed_numbers("skill")}


def _list_in(goal: Goal) -> str:
    return url_for(".goal_page", goal_id=goal.id, _anchor="evidence")
