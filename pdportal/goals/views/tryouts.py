"""Try-outs: planned, changed, looked back on, tried again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from wtforms.fields.choices import SelectChoice

from pdportal import clock
from pdportal.accounts import me
from pdportal.goals import queries, services
from pdportal.goals.forms import LookBackForm, TryoutForm
from pdportal.goals.models import Outcome, Step, StepKind
from pdportal.goals.views import again, bp, home_of, typed
from pdportal.web.autosave import autosave_response, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import LARGEST_ID


@bp.route("/goals/tryouts/new", methods=["GET", "POST"])
def new_tryout() -> ResponseReturnValue:
    """Plan something to try in class; after one that is to be adapted, from its plan."""
    after = _after()
    form = TryoutForm(
        data={
            "title": after.title if after else "",
            "plan": after.plan if after else "",
            "goal": str((after.goal_id if after else _asked("goal")) or ""),
        }
    )
    goals = queries.open_goals(me())
    form.goal.choices = [SelectChoice("", _("None of them"))]
    form.goal.choices += [SelectChoice(str(row.id), row.title) for row in goals]
    if form.validate_on_submit():
        try:
            step = services.take_up_tryout(
                me(),
                title=form.title.data or "",
                plan=form.plan.data or "",
                prediction=form.prediction.data or "",
                due_on=form.due_on.data,
                goal=services.goal_named(me(), form.goal.data or ""),
                from_title=after.from_title if after else "",
                from_url=after.from_url if after else "",
                text=after.text if after else "",
                after=after,
            )
        except Refused as refused:
            form.show(refused)
            return again("goals/new_tryout.html", form, refused.status, after=after)
        flash(_("Planned. When you have tried it, come back and say what happened."), "success")
        return redirect(home_of(step))
    return render_form("goals/new_tryout.html", form, after=after)


@bp.get("/goals/tryouts/<int:step_id>")
def tryout_page(step_id: int) -> ResponseReturnValue:
    """One try-out: plan, prediction, what happened, what follows."""
    step = _tryout(step_id)
    return render_template(
        "goals/tryout_page.html",
        step=step,
        later=queries.next_in_chain(step),
        today=clock.today(zone_here()),
    )


@bp.route("/goals/tryouts/<int:step_id>/edit", methods=["GET", "POST"])
def edit_tryout(step_id: int) -> ResponseReturnValue:
    """Plan it in other words, or for another day."""
    step = _tryout(step_id)
    form = TryoutForm(obj=step)
    del form.goal
    if form.validate_on_submit():
        try:
            services.change_tryout(
                me(),
                step,
                title=form.title.data or "",
                text=step.text,
                plan=form.plan.data or "",
                prediction=form.prediction.data or "",
                due_on=form.due_on.data,
                version=form.seen_version(),
            )
        except Refused as refused:
            form.show(refused)
            return again("goals/edit_tryout.html", form, refused.status, step=step)
        return redirect(url_for(".tryout_page", step_id=step.id))
    return render_form("goals/edit_tryout.html", form, step=step)


@bp.route("/goals/tryouts/<int:step_id>/look-back", methods=["GET", "POST"])
def look_back(step_id: int) -> ResponseReturnValue:
    """Say what happened, and whether to adopt, adapt or abandon it."""
    step = _tryout(step_id)
    form = LookBackForm(obj=step)
    if request.method == "GET" and step.outcome:
        form.outcome.data = step.outcome.value
    if form.validate_on_submit():
        try:
            services.look_back(
                me(),
                step,
                happened=form.happened.data or "",
                outcome=form.chosen(),
                version=form.seen_version(),
            )
        except Refused as refused:
            form.show(refused)
            return again("goals/look_back.html", form, refused.status, step=step)
        if step.outcome is Outcome.ADAPT and queries.next_in_chain(step) is None:
            flash(_("Saved. Here is your plan again: what will be different?"), "success")
            return redirect(url_for(".new_tryout", after=step.id))
        flash(_("Saved."), "success")
        return redirect(home_of(step))
    return render_form("goals/look_back.html", form, step=step)


@bp.post("/goals/tryouts/<int:step_id>/happened")
def save_looking_back(step_id: int) -> ResponseReturnValue:
    """Keep what is being typed about how it went."""
    step = _tryout(step_id)
    happened = typed("happened")
    return autosave_response(
        lambda: services.save_looking_back(me(), step, happened, version=seen_version()).version,
        url_for(".look_back", step_id=step.id),
        typed=[(_("What happened?"), happened)],
    )


def _tryout(step_id: int) -> Step:
    step = one_or_404(queries.step(me(), step_id))
    if step.kind is not StepKind.TRYOUT:
        raise NotFound
    return step


def _after() -> Step | None:
    ident = _asked("after")
    return _tryout(ident) if ident else None


def _asked(name: str) -> int | None:
    ident = request.args.get(name, type=int)
    return ident if ident and 0 < ident <= LARGEST_ID else None
