"""My modules; saving, putting aside and recommending one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments.going_on import next_up
from pdportal.modules.enrollments.queries import module_opened, next_to_learn
from pdportal.modules.enrollments.state import State, state_of
from pdportal.modules.library.covers import cover_of
from pdportal.modules.parts import Line
from pdportal.modules.suggestions import policy, queries, services
from pdportal.modules.suggestions.forms import RecommendForm, WhyNotForm
from pdportal.modules.suggestions.models import Recommendation
from pdportal.web.errors import one_or_404
from pdportal.web.pages import render_form

MARKS = {"save": services.save, "clear": services.clear, "put-aside": services.put_aside}


@bp.get("/my-modules")
def my_modules() -> ResponseReturnValue:
    """What one has under way, was given, saved, finished and put aside, and what comes next."""
    rows = queries.my_modules(me())
    begun = {row.id for row in rows if row.begun_at}
    given = [row for row in next_to_learn(me()) if row.module_id not in begun]
    states: dict[str, list[Line]] = {state: [] for state in State}
    for row in rows:
        states[state_of(row)].append(row)
    open_ones = states[State.BEGUN] + states[State.PAUSED]
    groups = {
        **states,
        State.BEGUN: [row for row in states[State.BEGUN] if not row.left_at],
        State.PAUSED: [row for row in states[State.PAUSED] if not row.left_at],
        "left": [row for row in open_ones if row.left_at],
        "saved": [row for row in states[State.NOT_BEGUN] if row.saved_at],
        "put_aside": [row for row in states[State.NOT_BEGUN] if row.put_aside_at],
    }
    return render_template(
        "modules/mine.html",
        rows=rows,
        groups=groups,
        given=given,
        cover_of=cover_of,
        next_up=next_up,
    )


@bp.post("/my-modules/<slug>/mark")
def mark(slug: str) -> ResponseReturnValue:
    """Save a module for later, put it aside, or neither."""
    module = module_opened(me(), slug)
    wanted = request.form.get("mark", "")
    if wanted not in MARKS:
        raise NotFound
    MARKS[wanted](me(), module.id)
    if wanted == "put-aside":
        return redirect(url_for(".why_not", slug=slug))
    back = {"library": ".library", "mine": ".my_modules"}.get(request.form.get("back", ""))
    if wanted == "save":
        flash(_("Saved for later: you find it under My modules."))
    return redirect(url_for(back) if back else url_for(".module_page", slug=slug))


@bp.route("/my-modules/<slug>/not-for-me", methods=["GET", "POST"])
def why_not(slug: str) -> ResponseReturnValue:
    """That a module is not suggested again, with the way back, and a reason for oneself."""
    module = module_opened(me(), slug)
    form = WhyNotForm(reason=services.reason_of(me(), module.id))
    if form.validate_on_submit():
        services.say_why_not(me(), module.id, form.reason.data or "")
        flash(_("Noted, for you alone."))
        return redirect(url_for(".library"))
    return render_form("modules/why_not.html", form, module=module)


@bp.route("/my-modules/<slug>/recommend", methods=["GET", "POST"])
def recommend(slug: str) -> ResponseReturnValue:
    """Recommend a module to a colleague, or to a cohort one is in."""
    module = module_opened(me(), slug)
    words = request.values.get("q", "")[:120]
    cohorts, people = queries.cohorts(me()), queries.colleagues(me(), words)
    form = RecommendForm()
    form.to.choices = [
        *((f"cohort-{row.id}", _("Everybody in %(cohort)s", cohort=row.name)) for row in cohorts),
        *((f"person-{row.id}", row.name) for row in people),
    ]
    name = form.attempt(
        lambda: services.recommend(
            me(), module.id, slug, module.title, form.to.data, form.why.data or ""
        )
    )
    if name is not None:
        flash(_("You recommended it to %(name)s.", name=name))
        return redirect(url_for(".module_page", slug=slug))
    return render_form(
        "modules/recommend.html", form, module=module, words=words, found=len(form.to.choices)
    )


@bp.post("/my-modules/<slug>/recommend/take-back")
def take_recommendation_back(slug: str) -> ResponseReturnValue:
    """Take back what one recommended of a module."""
    services.take_back(me(), module_opened(me(), slug).id, slug)
    flash(_("You no longer recommend it."))
    return redirect(url_for(".module_page", slug=slug))


@bp.post("/my-modules/<slug>/recommended/<int:ident>/thank")
def thank(slug: str, ident: int) -> ResponseReturnValue:
    """Thank a colleague for a recommendation."""
    module = module_opened(me(), slug)
    recommendation = one_or_404(
        policy.recommendations_to(me()).where(
            Recommendation.id == ident, Recommendation.module_id == module.id
        )
    )
    services.thank(me(), recommendation, slug, module.title)
    return redirect(url_for(".module_page", slug=slug, _anchor="recommended"))
