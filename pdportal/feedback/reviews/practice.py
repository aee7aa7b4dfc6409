"""Practice: comments on an example before the first review, then a model answer beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.feedback.protocols.stages import Stage, reviewer_stages
from pdportal.feedback.reviews import queries, services
from pdportal.feedback.reviews.hints import Hint, lacking
from pdportal.feedback.views import bp, typed
from pdportal.web.errors import one_or_404


@dataclass(frozen=True)
class Tried:
    """One stage of the practice: what somebody typed, and what the model says there."""

    stage: Stage
    text: str
    quote: str
    next_move: str
    model: str
    """As HTML; empty where the model answer is not given by stage."""

    @property
    def missing(self) -> list[Hint]:
        """What the model has and one's own words have not: none where there are no own words."""
        if not self.text.strip() or not self.model:
            return []
        return lacking(self.stage, self.text, self.next_move, placed=bool(self.quote.strip()))


@bp.route("/reviews/<int:review_id>/practice", methods=["GET", "POST"])
def practice(review_id: int) -> ResponseReturnValue:
    """Comments on an example, stage by stage; of what is typed here nothing is stored."""
    review = one_or_404(queries.own_review(me(), review_id))
    data = review.round.protocol.data
    if not data["practice"] or not review.is_owed or not review.begun_at:
        return redirect(url_for(".review_page", review_id=review.id))
    tried = _tried(data)
    written = any(each.text.strip() for each in tried)
    skipped = "skip" in request.form
    if skipped or written:
        services.practised(me(), skipped=skipped)
    if skipped:
        return redirect(url_for(".review_page", review_id=review.id))
    page = render_template(
        "feedback/practice.html",
        review=review,
        protocol=review.round.protocol,
        tried=tried,
        compared=written,
        empty=request.method == "POST" and not written,
    )
    return page, 422 if request.method == "POST" and not written else 200


def _tried(data: dict[str, Any]) -> list[Tried]:
    models = data["practice"].get("by_stage", {})
    return [
        Tried(
            stage,
            typed(f"text-{stage.key}"),
            typed(f"quote-{stage.key}"),
            typed(f"next_move-{stage.key}"),
            models.get(stage.key, ""),
        )
        for stage in reviewer_stages(data)
        if stage.kinds
    ]
