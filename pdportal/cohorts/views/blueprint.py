"""The blueprint of cohorts, and the people that its forms choose."""

from __future__ import annotations

from flask import Blueprint, request

from pdportal.web.requests import LARGEST_ID

bp = Blueprint("cohorts", __name__)


def posted_ids(name: str) -> set[int]:
    """The ids that were ticked or chosen in a form; what is no id is left out."""
    values = request.form.getlist(name)
    ids = {int(value) for value in values if value.isdecimal() and len(value) < 11}
    return {ident for ident in ids if ident <= LARGEST_ID}
