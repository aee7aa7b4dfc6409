"""Practice: one comment on an example before the first review, then a model answer beside it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.feedback.protocols.stages import reviewer_stages
from pdportal.feedback.reviews import queries, services
from pdportal.feedback.views import bp, typed
from pdportal.web.errors import one_or_404


@bp.route("/reviews/<int:review_id>/practice", methods=["GET", "POST"])
def practice(review_id: int) -> ResponseReturnValue:
    """One comment on an example, then a model answer beside it; nothing typed here is stored."""
    review = one_or_404(queries.own_review(me(), review_id))
    data = review.round.protocol.data
    if not data["practice"] or not review.is_owed or not review.begun_at:
        return redirect(url_for(".review_page", review_id=review.id))
    if request.method == "POST":
        services.practised(me(), skipped="skip" in request.form)
        if "skip" in request.form:
            return redirect(url_for(".review_page", review_id=review.id))
    return render_template(
        "feedback/practice.html",
        review=review,
        protocol=review.round.protocol,
        stages=[stage for stage in reviewer_stages(data) if stage.kinds],
        mine=typed("text") if request.method == "POST" else None,
    )
