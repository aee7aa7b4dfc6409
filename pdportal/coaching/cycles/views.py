"""Beginning a cycle, its page, its story."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.coaching.cycles import policy, queries, services
from pdportal.coaching.cycles.models import Cycle
from pdportal.coaching.views import bp
from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.policy import cycles_chosen_by
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import one_or_404
from pdportal.web.forms import DayField, DueField, PortalForm, text_field
from pdportal.web.requests import typed_number


class MeetForm(PortalForm):
    """When the two look again."""

    day = DayField(_l("We look again on"), validators=[Optional()])


class CycleStepForm(PortalForm):
    """The one step."""

    text = text_field(_l("The one step"), 1_000, _l("Say what you will do."))
    due_on = DueField(_l("By when?"), validators=[Optional()])


@bp.get("/coaching/cycles")
def cycles() -> ResponseReturnValue:
    """My cycles, and what one can be begun with."""
    partners = policy.partners_of(me()).order_by(Person.sort_key, Person.id)
    return render_template(
        "coaching/cycles.html",
        cycles=queries.cycles_of(me()),
        templates=db.session.scalars(
            cycles_chosen_by(me()).order_by(Protocol.name, Protocol.id)
        ).all(),
        partners=db.session.scalars(partners).all(),
        chosen=request.args.get("with", ""),
    )


@bp.post("/coaching/cycles")
def begin_cycle() -> ResponseReturnValue:
    """Begin one."""
    other = one_or_404(policy.partners_of(me()).where(Person.id == typed_number("with")))
    slug = request.form.get("template", "")
    template = one_or_404(cycles_chosen_by(me()).where(Protocol.slug == slug))
    cycle = services.begin_cycle(me(), other, template)
    return redirect(url_for(".cycle_page", cycle_id=cycle.id))


@bp.get("/coaching/cycles/<int:cycle_id>")
def cycle_page(cycle_id: int) -> ResponseReturnValue:
    """The phase we are in, or another one."""
    return _page(_cycle(cycle_id))


@bp.post("/coaching/cycles/<int:cycle_id>/write/<key>")
@keeps_words(text=_l("What you wrote in the cycle"))
def write_in_cycle(cycle_id: int, key: str) -> ResponseReturnValue:
    """One box, saved at every pause."""
    cycle = _cycle(cycle_id)
    text = request.form.get("text", "")
    return autosave_response(
        lambda: services.write(me(), cycle, key, text, version=seen_version()), _at(cycle, key)
    )


@bp.post("/coaching/cycles/<int:cycle_id>/<any(questions, tick, phase):act>/<key>")
def change_cycle(cycle_id: int, act: str, key: str) -> ResponseReturnValue:
    """Take questions of the bank into the plan; tick an item or not; go on to a phase."""
    cycle = _cycle(cycle_id)
    if act == "questions":
        services.plan_conference(me(), cycle, key, request.form.getlist("question"))
    elif act == "tick":
        services.tick(me(), cycle, key, on=request.form.get("on") == "1")
    else:
        services.move(me(), cycle, key)
    return redirect(_at(cycle, key))


@bp.post("/coaching/cycles/<int:cycle_id>/meet")
def meet_again(cycle_id: int) -> ResponseReturnValue:
    """When we look again."""
    cycle, form = _cycle(cycle_id), MeetForm()
    form.attempt(lambda: services.meet_on(me(), cycle, form.day.data))
    if form.errors:
        return _page(cycle, meet=form), 422
    return redirect(url_for(".cycle_page", cycle_id=cycle.id))


@bp.post("/coaching/cycles/<int:cycle_id>/step")
@keeps_words(text=_l("The one step"))
def choose_cycle_step(cycle_id: int) -> ResponseReturnValue:
    """Make it a step of mine, and what I work on now."""
    cycle, form = _cycle(cycle_id), CycleStepForm()
    form.attempt(lambda: services.choose_step(me(), cycle, form.text.data or "", form.due_on.data))
    if form.errors:
        return _page(cycle, step=form), 422
    flash(_("It is in your next steps, under Goals."), "success")
    return redirect(url_for(".cycle_page", cycle_id=cycle.id))


@bp.post("/coaching/cycles/<int:cycle_id>/end")
def end_cycle(cycle_id: int) -> ResponseReturnValue:
    """End it; both can read it."""
    cycle = _cycle(cycle_id)
    services.end_cycle(me(), cycle)
    flash(_("Ended. Both of you can still read it."), "success")
    return redirect(url_for(".cycle_page", cycle_id=cycle.id))


@bp.get("/coaching/cycles/<int:cycle_id>/story")
def cycle_story(cycle_id: int) -> ResponseReturnValue:
    """All that was ever written, in its order, to read and print."""
    cycle = _cycle(cycle_id)
    now = queries.cycle_now(cycle)
    return render_template("coaching/cycle_story.html", cycle=cycle, now=now, labels=now.labels)


def _cycle(cycle_id: int) -> Cycle:
    return one_or_404(queries.cycle_page(me(), cycle_id))


def _at(cycle: Cycle, key: str) -> str:
    """The phase of a box or an item."""
    phase = key.partition(":")[0]
    return url_for(".cycle_page", cycle_id=cycle.id, phase=phase, _anchor="phase")


def _page(cycle: Cycle, *, meet: MeetForm | None = None, step: CycleStepForm | None = None) -> str:
    now = queries.cycle_now(cycle)
    asked = request.args.get("phase", cycle.phase)
    shown = next((each for each in now.phases if each.key == asked), now.phases[0])
    idea = now.words.get(services.IDEA)
    return render_template(
        "coaching/cycle_page.html",
        cycle=cycle,
        now=now,
        shown=shown,
        other=cycle.other(me()),
        changes=policy.may_change(me(), cycle),
        reads_step=policy.may_read_step(me(), cycle),
        owns_step=policy.may_choose_step(me(), cycle),
        meet=meet or MeetForm(formdata=None, data={"day": cycle.meet_on}),
        step=step or CycleStepForm(formdata=None, data={"text": idea.text if idea else ""}),
        idea=idea,
        idea_key=services.IDEA,
    )
