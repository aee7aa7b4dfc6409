"""What every page under /feedback shares, and the first of them; the others are in the rooms."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.feedback.comments.waiting import feedback_waiting
from pdportal.feedback.meetings import queries as meeting_queries
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.unsent.services import unsent
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works.queries import WorkState
from pdportal.web.errors import Refused

bp = Blueprint("feedback", __name__, url_prefix="/feedback")


def show(refused: Refused) -> None:
    """Show on the page that comes next why something was refused: 422 only, the rest is raised."""
    if refused.status != 422:
        raise refused
    flash(refused.message, "error")


@bp.get("")
def index() -> ResponseReturnValue:
    """What waits for me here, what I have brought, what I gave."""
    works = work_queries.my_works(me())
    return render_template(
        "feedback/index.html",
        owed=review_queries.reviews_owed(me()),
        waiting=feedback_waiting(me()),
        given=review_queries.reviews_given(me()),
        works=[(state, [w for w in works if w.state is state]) for state in _IN_ORDER],
        any_works=bool(works),
        unsent=unsent(me()),
        meetings=meeting_queries.my_meetings(me()),
    )


_IN_ORDER = (
    WorkState.FEEDBACK,
    WorkState.REVISING,
    WorkState.DRAFT,
    WorkState.WAITING,
    WorkState.CLOSED,
)
