"""Whoever was hidden in a round says who they are."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.reviews.queries import own_review
from pdportal.feedback.rounds import queries, showing
from pdportal.feedback.views import bp
from pdportal.web.errors import one_or_404


@bp.post("/rounds/<int:round_id>/show-me")
def show_author(round_id: int) -> ResponseReturnValue:
    """The author of a round that hides them says who they are."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    showing.show_author(me(), round_)
    flash(_("Those who gave you feedback can see your name now."), "success")
    return redirect(url_for(".round_page", round_id=round_.id))


@bp.post("/reviews/<int:review_id>/show-me")
def show_reviewer(review_id: int) -> ResponseReturnValue:
    """A hidden reviewer says who they are."""
    review = one_or_404(own_review(me(), review_id))
    showing.show_reviewer(me(), review)
    flash(_("The author and the other reviewers can see your name now."), "success")
    return redirect(url_for(".outcome", review_id=review.id))
