"""One's own pace through a module: a plan, a pause, leaving it and coming back."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts import me
from pdportal.modules.assignments.queries import assigned_here
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments import pace, queries, services
from pdportal.modules.enrollments.forms import PaceForm, PauseForm
from pdportal.modules.enrollments.queries import module_opened
from pdportal.web.locale import say_day, zone_here


def plan_of(module: Any, pages: list[queries.PageOnWay]) -> list[pace.Sitting]:
    """The sittings that are left for somebody who is on their way and not paused."""
    if not module.enrollment_id or module.finished_at or module.left_at or module.is_paused:
        return []
    left = [page.row for page in pages if page.counts and not page.row.is_read]
    return pace.plan(
        left, _today(), days=module.days, until=module.due_on, weekly=module.weekly_minutes
    )


def is_behind(module: Any) -> bool:
    """Whether one's own date is over, so that a new plan is due."""
    return module.due_on is not None and module.due_on < _today()


@bp.route("/learn/<slug>/pace", methods=["GET", "POST"])
def pace_page(slug: str) -> ResponseReturnValue:
    """My plan, planned anew from what is left; and a pause, or leaving."""
    module = module_opened(me(), slug, begun=True)
    form = PaceForm()
    form.due_on.object_data = module.due_on
    if not form.is_submitted():
        form.by.data = "minutes" if module.weekly_minutes else "date" if module.due_on else ""
        form.due_on.data, form.weekly.data = module.due_on, module.weekly_minutes
        form.days.data = list(module.days or pace.WEEKDAYS)
    if form.validate_on_submit():
        by = form.by.data
        services.set_pace(
            me(),
            module.id,
            due_on=form.due_on.data if by == "date" else None,
            weekly=form.weekly.data if by == "minutes" else None,
            days="".join(sorted(form.days.data or [])),
        )
        flash(_("This is your plan now."))
        return redirect(url_for(".pace_page", slug=slug))
    return _page(module, form, PauseForm(formdata=None)), 422 if form.is_submitted() else 200


def _page(module: Any, form: PaceForm, pausing: PauseForm) -> str:
    sittings = plan_of(module, queries.pages_of(module))
    return render_template(
        "modules/pace.html",
        module=module,
        form=form,
        pausing=pausing,
        sittings=sittings,
        last_day=sittings[-1].day if sittings else None,
        paused=module.is_paused,
        behind=is_behind(module),
        assigned=[given for given in assigned_here(me(), module.id) if not given.done_at],
    )


@bp.post("/learn/<slug>/pause")
def pause(slug: str) -> ResponseReturnValue:
    """Pause a module, until a day or until one resumes."""
    module = module_opened(me(), slug, begun=True)
    form = PauseForm()
    if not form.validate_on_submit():
        return _page(module, PaceForm(formdata=None), form), 422
    everything = "everything" in request.form
    services.pause(me(), module.id, form.until.data, everything=everything)
    flash(
        _("Paused until %(day)s.", day=say_day(form.until.data))
        if form.until.data
        else _("Paused.")
    )
    return redirect(url_for(".module_page", slug=slug))


@bp.post("/learn/<slug>/resume")
def resume(slug: str) -> ResponseReturnValue:
    """Go on after a pause."""
    services.resume(me(), module_opened(me(), slug, begun=True).id)
    flash(_("Welcome back. You are where you left off."))
    return redirect(url_for(".module_page", slug=slug))


@bp.post("/learn/<slug>/leave")
def leave(slug: str) -> ResponseReturnValue:
    """Leave a module; whatever was done in it waits for whoever comes back."""
    services.leave(me(), module_opened(me(), slug, begun=True).id)
    flash(_("You have left this module. What you did in it is kept, if you come back."))
    return redirect(url_for(".library"))


@bp.post("/learn/<slug>/done-elsewhere")
def done_elsewhere(slug: str) -> ResponseReturnValue:
    """Say that one knows what a module is about: those that need it open."""
    module = module_opened(me(), slug)
    services.say_done_elsewhere(me(), module.id)
    flash(_("Thank you. “%(title)s” counts as known to you.", title=module.title))
    return redirect(url_for(".module_page", slug=slug))


def _today() -> date:
    return clock.today(zone_here())
