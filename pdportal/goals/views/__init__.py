"""Pages about goals, their steps, try-outs and evidence."""

from __future__ import annotations

from flask import Blueprint, url_for

from pdportal.accounts.models import Person
from pdportal.goals.models import Step
from pdportal.goals.steps import queries

bp = Blueprint("goals", __name__)


def place_of(step: Step) -> str:
    """The page a step stands on, at its line."""
    anchor = f"step-{step.id}"
    if step.goal_id is None:
        return url_for("goals.goal_list", _anchor=anchor)
    return url_for("goals.goal_page", goal_id=step.goal_id, _anchor=anchor)


def steps_made(person: Person, url: str) -> dict[str, str]:
    """By their words, the addresses of the steps that somebody made from a page."""
    return {step.text: place_of(step) for step in queries.steps_from(person, url)}
