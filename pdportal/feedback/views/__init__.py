"""The pages under /feedback; one file for each noun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import clock
from pdportal.feedback.services import MovedOn
from pdportal.web.errors import Refused, wants_fragment
from pdportal.web.locale import say_time

bp = Blueprint("feedback", __name__, url_prefix="/feedback")


def autosaved(
    save: Callable[[], int],
    back: str,
    *,
    names: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    moved_on: Callable[[MovedOn], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """Answer a form that saves itself: the new version, or what is stored if it moved on.

    `names` turns stored values into the names of the form's boxes; `moved_on` answers whoever has
    no script with both texts.
    """
    try:
        version = save()
    except MovedOn as stale:
        if wants_fragment():
            return {"version": stale.version, "values": names(stale.values)}, 409
        if moved_on:
            return moved_on(stale)
        raise
    if wants_fragment():
        return {"version": version, "saved_at": say_time(clock.now())}
    flash(_("Saved."), "success")
    return redirect(back)


def typed(name: str) -> str:
    """What stands in a box of the form that was sent."""
    return request.form.get(name, "")


def typed_number(name: str) -> int:
    """A whole number that our own form carries; anything else is 0."""
    value = request.form.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def say(error: Refused) -> None:
    """Show why something was refused on the page that comes next."""
    flash(error.message, "error")


def load_views() -> None:
    """Import the files that hold the views, so that they stand on the blueprint."""
    from pdportal.feedback.views import answers, protocols, reviews, rounds, works  # noqa: F401
