"""Steps: added, changed, moved, done with one tap."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.goals import queries, services
from pdportal.goals.forms import FromReflectionForm, StepForm
from pdportal.goals.models import Step, StepKind
from pdportal.goals.services.checks import LONGEST_STEP, source
from pdportal.goals.views import again, bp, home_of
from pdportal.goals.views.goals import list_page, page_of
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.pages import render_form


@bp.post("/goals/<int:goal_id>/steps")
def add_step(goal_id: int) -> ResponseReturnValue:
    """Add a step to a goal."""
    goal = one_or_404(queries.goal_page(me(), goal_id))
    form = StepForm()
    if form.validate_on_submit():
        step = services.add_step(me(), goal, form.text.data or "", due_on=form.due_on.data)
        return redirect(home_of(step))
    return page_of(goal, step_form=form, status=422)


@bp.post("/goals/steps")
def add_step_alone() -> ResponseReturnValue:
    """Add a step that belongs to no goal."""
    form = StepForm()
    if form.validate_on_submit():
        step = services.add_step(me(), None, form.text.data or "", due_on=form.due_on.data)
        return redirect(home_of(step))
    return list_page(form, 422)


@bp.post("/goals/steps/from-reflection")
def from_reflection() -> ResponseReturnValue:
    """Make what somebody wants to try next a step; of several goals, they choose one first."""
    form = FromReflectionForm()
    title, url = source(form.from_title.data or "", form.from_url.data or "")
    form.from_title.data, form.from_url.data = title, url
    text = (form.text.data or "").strip()
    if not text:
        flash(_("Write what you will try next; then it can become a step."), "error")
        return redirect(url or url_for(".goal_list"))
    if url and (step := queries.step_from(me(), text, url)):
        return _added(step)
    form.offer(queries.open_goals(me()))
    if form.goal.data is None:
        if len(text) > LONGEST_STEP:
            form.text.errors = [_("This is long for a step. What is the first small thing?")]
            return again("goals/from_reflection.html", form, 422)
        if not form.choose_only_goal():
            return again("goals/from_reflection.html", form, 200)
    if not form.validate():
        return again("goals/from_reflection.html", form, 422)
    try:
        goal = services.goal_named(me(), form.goal.data)
        step = services.add_step(
            me(), goal, text, due_on=form.due_on.data, from_title=title, from_url=url
        )
    except Refused as refused:
        form.show(refused)
        return again("goals/from_reflection.html", form, refused.status)
    return _added(step)


@bp.route("/goals/steps/<int:step_id>/edit", methods=["GET", "POST"])
def edit_step(step_id: int) -> ResponseReturnValue:
    """Say a step in other words, move its date, or take it off the list."""
    step = one_or_404(queries.step(me(), step_id))
    if step.kind is StepKind.TRYOUT:
        return redirect(url_for(".tryout_page", step_id=step.id))
    form = StepForm(obj=step)
    if form.validate_on_submit():
        try:
            services.change_step(
                me(),
                step,
                text=form.text.data or "",
                due_on=form.due_on.data,
                version=form.seen_version(),
            )
        except Refused as refused:
            form.show(refused)
            return again("goals/edit_step.html", form, refused.status, step=step)
        return redirect(home_of(step))
    return render_form("goals/edit_step.html", form, step=step)


@bp.post("/goals/steps/<int:step_id>/done")
def finish_step(step_id: int) -> ResponseReturnValue:
    """Done."""
    step = _own(step_id)
    if step.kind is StepKind.TRYOUT:
        return redirect(url_for(".look_back", step_id=step.id))
    services.finish_step(me(), step)
    return redirect(home_of(step))


@bp.post("/goals/steps/<int:step_id>/undo")
def undo_step(step_id: int) -> ResponseReturnValue:
    """Not done after all."""
    step = _own(step_id)
    services.undo_step(me(), step)
    return redirect(home_of(step))


@bp.post("/goals/steps/<int:step_id>/move")
def move_step(step_id: int) -> ResponseReturnValue:
    """One place up or down."""
    step = _own(step_id)
    services.move_step(me(), step, -1 if request.form.get("to") == "up" else 1)
    return redirect(home_of(step))


@bp.post("/goals/steps/<int:step_id>/remove")
def remove_step(step_id: int) -> ResponseReturnValue:
    """Off the list."""
    step = _own(step_id)
    services.remove_step(me(), step)
    if step.goal_id:
        flash(_("Removed. You can put it back: it is at the end of the list."), "success")
        return redirect(url_for(".goal_page", goal_id=step.goal_id, _anchor="steps"))
    flash(_("Removed. You can put it back: it is at the end of the page."), "success")
    return redirect(url_for(".goal_list"))


@bp.post("/goals/steps/<int:step_id>/restore")
def restore_step(step_id: int) -> ResponseReturnValue:
    """Back on the list."""
    step = _own(step_id)
    services.restore_step(me(), step)
    return redirect(home_of(step))


def _own(step_id: int) -> Step:
    return one_or_404(queries.step(me(), step_id))


def _added(step: Step) -> ResponseReturnValue:
    flash(_("It is a step now. Give it a date, and it will remind you."), "success")
    return redirect(home_of(step))
