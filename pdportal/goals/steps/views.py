"""Steps and try-outs: added, changed, moved, done with one tap or by looking back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound
from wtforms.fields.choices import SelectChoice

from pdportal import clock
from pdportal.accounts import me
from pdportal.goals import queries as goal_queries
from pdportal.goals.forms import (
    EditStepForm,
    FromReflectionForm,
    LookBackForm,
    StepForm,
    TryoutForm,
)
from pdportal.goals.models import Goal, Outcome, Step, StepKind
from pdportal.goals.services.checks import source
from pdportal.goals.services.goals import goal_named
from pdportal.goals.steps import queries, services
from pdportal.goals.views import bp, place_of
from pdportal.goals.views.goals import list_page, page_of
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import typed, typed_id

ACTS = {
    "done": services.finish_step,
    "undo": services.undo_step,
    "focus": services.focus_on,
    "remove": services.remove_step,
    "restore": services.restore_step,
}


@bp.post("/goals/steps")
@bp.post("/goals/<int:goal_id>/steps")
def add_step(goal_id: int | None = None) -> ResponseReturnValue:
    """Add a step to a goal, or one that belongs to none."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id)) if goal_id is not None else None
    form = StepForm()
    step = form.attempt(lambda: services.add_step(me(), goal, form.text.data or "", **form.when()))
    if step is not None:
        return redirect(place_of(step))
    return page_of(goal, step_form=form) if goal else list_page(form)


@bp.post("/goals/steps/from-reflection")
def from_reflection() -> ResponseReturnValue:
    """Make what somebody wants to try next a step: of their goal, if they have just one."""
    form = FromReflectionForm()
    title, url = source(form.from_title.data or "", form.from_url.data or "")
    form.from_title.data, form.from_url.data = title, url
    text = (form.text.data or "").strip()
    if not text:
        flash(_("Write what you will try next; then it can become a step."), "error")
        return redirect(url or url_for(".goal_list"))
    goals = goal_queries.open_goals(me())
    goal = goal_named(me(), str(goals[0].id)) if len(goals) == 1 else None
    steps = queries.steps_from(me(), url) if url else ()
    step = next((each for each in steps if (each.text, each.from_url) == (text, url)), None)
    step = step or form.attempt(
        lambda: services.add_step(
            me(), goal, text, due_on=form.due_on.data, from_title=title, from_url=url
        )
    )
    if step is None:
        return render_form("goals/from_reflection.html", form)
    if step.goal_id is None and goals:
        flash(_("Added to your next steps. Is it for one of your goals?"), "success")
        return redirect(url_for(".edit_step", step_id=step.id))
    flash(_("Added to your next steps."), "success")
    return redirect(place_of(step))


@bp.route("/goals/tryouts/new", methods=["GET", "POST"])
def new_tryout() -> ResponseReturnValue:
    """Plan something to try in class; after one that is to be adapted, from its plan."""
    after = _tryout(_asked("after")) if _asked("after") else None
    form = TryoutForm(
        data={
            "title": after.title if after else "",
            "plan": after.plan if after else "",
            "measure": after.measure if after else "",
            "goal": str((after.goal_id if after else _asked("goal")) or ""),
        }
    )
    _offer_goals(form)
    came_from: dict[str, Any] = {"after": after}
    if after is not None:
        came_from |= {name: getattr(after, name) for name in ("text", "from_title", "from_url")}
    step = form.attempt(
        lambda: services.take_up_tryout(
            me(),
            **form.words(),
            **form.when(),
            goal=goal_named(me(), form.goal.data or ""),
            **came_from,
        )
    )
    if step is None:
        return render_form("goals/new_tryout.html", form, after=after)
    flash(_("Planned. When you have tried it, come back and say what happened."), "success")
    return redirect(place_of(step))


@bp.get("/goals/tryouts/<int:step_id>")
def tryout_page(step_id: int) -> ResponseReturnValue:
    """One try-out: plan, prediction, what happened, what follows."""
    step = _tryout(step_id)
    return render_template(
        "goals/tryout_page.html",
        step=step,
        chain=queries.chain_of(step),
        today=clock.today(zone_here()),
    )


@bp.get("/goals/tryouts/<int:step_id>/chain")
def chain_page(step_id: int) -> ResponseReturnValue:
    """All tries of something, one after the other: expected, happened, learned, what then."""
    step = _tryout(step_id)
    return render_template("goals/chain_page.html", step=step, chain=queries.chain_of(step))


@bp.post("/goals/<int:goal_id>/steps/design-cycle")
def add_design_cycle(goal_id: int) -> ResponseReturnValue:
    """The steps of a design cycle, to be changed as one likes."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    services.add_design_cycle(me(), goal)
    flash(_("Five steps are on your list. Change their words and give them dates."), "success")
    return redirect(url_for(".goal_page", goal_id=goal.id, _anchor="steps"))


@bp.route("/goals/steps/<int:step_id>/edit", methods=["GET", "POST"])
def edit_step(step_id: int) -> ResponseReturnValue:
    """Say a step or the plan of a try-out in other words, or move its date."""
    step = _own(step_id)
    tryout = step.kind is StepKind.TRYOUT
    form = TryoutForm(obj=step) if tryout else EditStepForm(obj=step)
    if not form.goal.raw_data:
        form.goal.data = str(step.goal_id or "")
        form.remind_before.data = "" if step.remind_before is None else str(step.remind_before)
    _offer_goals(form, step.goal)
    changed = form.attempt(
        lambda: services.change_step(
            me(),
            step,
            form.words(),
            version=form.seen_version(),
            goal=_goal_chosen(form, step),
            **form.when(),
        )
    )
    if not changed:
        return render_form("goals/edit_step.html", form, step=step)
    return redirect(url_for(".tryout_page", step_id=step.id) if tryout else place_of(step))


@bp.route("/goals/tryouts/<int:step_id>/look-back", methods=["GET", "POST"])
def look_back(step_id: int) -> ResponseReturnValue:
    """Say what happened, and whether to adopt, adapt or abandon it."""
    step = _tryout(step_id)
    form = LookBackForm(obj=step)
    if request.method == "GET" and step.outcome:
        form.outcome.data = step.outcome.value
    done = form.attempt(
        lambda: services.look_back(
            me(),
            step,
            happened=form.happened.data or "",
            learned=form.learned.data or "",
            outcome=Outcome(form.outcome.data),
            version=form.seen_version(),
        )
    )
    if not done:
        return render_form("goals/look_back.html", form, step=step)
    if step.outcome is Outcome.ADAPT and queries.chain_of(step)[-1] is step:
        flash(_("Saved. Here is your plan again: what will be different?"), "success")
        return redirect(url_for(".new_tryout", after=step.id))
    flash(_("Saved."), "success")
    return redirect(place_of(step))


@bp.post("/goals/tryouts/<int:step_id>/happened")
@keeps_words(happened=_l("What happened?"), learned=_l("What did you learn?"))
def save_looking_back(step_id: int) -> ResponseReturnValue:
    """Keep what is being typed about how it went."""
    step = _tryout(step_id)
    happened, learned = typed("happened"), typed("learned")

    return autosave_response(
        lambda: services.save_looking_back(me(), step, happened, learned, version=seen_version()),
        url_for(".look_back", step_id=step.id),
    )


@bp.post("/goals/steps/<int:step_id>/<any(done, undo, focus, move, remove, restore):act>")
def act_on_step(step_id: int, act: str) -> ResponseReturnValue:
    """Done with one tap, or not after all; work on it now; up or down, off the list and back."""
    step = _own(step_id)
    if act == "done" and step.kind is StepKind.TRYOUT:
        return redirect(url_for(".look_back", step_id=step.id))
    if act == "move":
        services.move_step(me(), step, -1 if typed("to") == "up" else 1)
    else:
        ACTS[act](me(), step)
    if act != "remove":
        return redirect(place_of(step))
    flash(_("Removed. You can put it back: it is at the end of the list."), "success")
    if step.goal_id:
        return redirect(url_for(".goal_page", goal_id=step.goal_id, _anchor="steps"))
    return redirect(url_for(".goal_list"))


def _offer_goals(form: EditStepForm, own: Goal | None = None) -> None:
    """Offer the open goals, and the one that it is for, though it may be closed."""
    goals = {str(row.id): row.title for row in goal_queries.open_goals(me())}
    if own is not None:
        goals.setdefault(str(own.id), own.work.title)
    form.goal.choices = [SelectChoice("", _("None of them"))]
    form.goal.choices += [SelectChoice(goal_id, title) for goal_id, title in goals.items()]


def _goal_chosen(form: EditStepForm, step: Step) -> Goal | None:
    chosen = form.goal.data or ""
    return step.goal if chosen == str(step.goal_id or "") else goal_named(me(), chosen)


def _own(step_id: int) -> Step:
    return one_or_404(queries.step(me(), step_id))


def _tryout(step_id: int) -> Step:
    step = _own(step_id)
    if step.kind is not StepKind.TRYOUT:
        raise NotFound
    return step


def _asked(name: str) -> int:
    """An id that the address names; 0 if it names none."""
    return typed_id(request.args.get(name, ""))
