"""Pages about goals, their steps, try-outs and evidence; one file for each noun."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pdportal.goals.models import Goal, Step

bp = Blueprint("goals", __name__)


def load_views() -> Blueprint:
    """The blueprint, with all its views on it."""
    from pdportal.goals.views import (  # noqa: F401  # importing them puts their views on `bp`
        evidence,
        goals,
        steps,
        tryouts,
    )

    return bp


def typed(name: str) -> str:
    """What stands in a box of the form that was sent."""
    return request.form.get(name, "")


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
