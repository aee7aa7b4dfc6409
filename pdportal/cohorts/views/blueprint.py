"""The blueprint of cohorts, and the people that its forms choose."""

from __future__ import annotations

from flask import Blueprint, request

from pdportal.web.requests import typed_id

bp = Blueprint("cohorts", __name__)


def posted_ids(name: str) -> set[int]:
    """The ids that were ticked or chosen in a form; what is no id is left out."""
    return set(map(typed_id, request.form.getlist(name))) - {0}
