"""What every page under /feedback shares, and the first of them; the others are in the rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts import me
from pdportal.feedback.comments import queries as comment_queries
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.works import links
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works.queries import WorkState
from pdportal.feedback.works.services import MovedOn
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
            answer = {"error": stale.message, "reason": stale.reason, "version": stale.version}
            return {**answer, "values": names(stale.values)}, 409
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
    from pdportal.feedback.comments import views as comment_views  # noqa: F401 -- registers views
    from pdportal.feedback.protocols import views as protocol_views  # noqa: F401 -- the same
    from pdportal.feedback.reviews import views as review_views  # noqa: F401 -- the same
    from pdportal.feedback.rounds import views as round_views  # noqa: F401 -- the same
    from pdportal.feedback.works import views as work_views  # noqa: F401 -- the same


@bp.get("")
def index() -> ResponseReturnValue:
    """What waits for me here, what I have brought, what I gave."""
    works = work_queries.my_works(me())
    return render_template(
        "feedback/index.html",
        owed=review_queries.reviews_owed(me()),
        waiting=comment_queries.feedback_waiting(me()),
        given=review_queries.reviews_given(me()),
        works=[(state, [w for w in works if w.state is state]) for state in _IN_ORDER],
        any_works=bool(works),
        page_url=links.page_url,
    )


_IN_ORDER = (
    WorkState.FEEDBACK,
    WorkState.REVISING,
    WorkState.DRAFT,
    WorkState.WAITING,
    WorkState.CLOSED,
)
