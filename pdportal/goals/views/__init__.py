"""Pages about goals, their steps, try-outs and evidence; one file for each noun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from pdportal import clock
from pdportal.goals.models import Goal, Step
from pdportal.web.errors import wants_fragment
from pdportal.web.locale import say_time

bp = Blueprint("goals", __name__)


def load_views() -> Blueprint:
    """The blueprint, with all its views on it."""
    from pdportal.goals.views import evidence, goals, steps, tryouts  # noqa: F401

    return bp


def typed(name: str) -> str:
    """What stands in a box of the form that was sent."""
    return request.form.get(name, "")


def typed_number(name: str) -> int:
    """A whole number that our own form carries; anything else is 0."""
    value = typed(name)
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def saved(version: int, back: Callable[[], str], **more: Any) -> ResponseReturnValue:
    """Answer a form that saved itself, or whoever pressed Save."""
    if wants_fragment():
        time = say_time(clock.now())
        return {"version": version, "saved_at": time, **more}
    flash(_("Saved."), "success")
    return redirect(back())


def again(template: str, form: FlaskForm, status: int, **context: Any) -> ResponseReturnValue:
    """The page with what was typed, and what is wrong or has moved on."""
    return render_template(template, form=form, **context), status


def home_of(thing: Step | Goal) -> str:
    """The page a goal or a step stands on."""
    if isinstance(thing, Goal):
        return url_for("goals.goal_page", goal_id=thing.id)
    if thing.goal_id is None:
        return url_for("goals.goal_list", _anchor=f"step-{thing.id}")
    return url_for("goals.goal_page", goal_id=thing.goal_id, _anchor=f"step-{thing.id}")
