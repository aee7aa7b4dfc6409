"""Practice: comments on an example before the first review, then a model answer beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.feedback.protocols.stages import Stage, reviewer_stages, rubric_stage, stages_of
from pdportal.feedback.reviews import queries, services
from pdportal.feedback.reviews.hints import Hint, lacking
from pdportal.feedback.rubrics.cells import Cell, cells_of
from pdportal.feedback.views import bp
from pdportal.web.errors import one_or_404
from pdportal.web.requests import typed


@dataclass(frozen=True)
class Tried:
    """One stage of the practice: what somebody typed, and what the model says there."""

    stage: Stage
    key: str
    """The stage's, or that of a cell in its rubric."""
    cell: Cell | None
    text: str
    quote: str
    next_move: str
    model: str
    """As HTML; empty where the model answer says nothing there."""

    @property
    def missing(self) -> list[Hint]:
        """What the model has and one's own words have not: none where there are no own words."""
        if not self.text.strip() or not self.model:
            return []
        missing = lacking(self.stage, self.text, self.next_move, placed=bool(self.quote.strip()))
        return [hint for hint in missing if not self.cell or hint is not Hint.NEXT_MOVE]


@bp.route("/reviews/<int:review_id>/practice", methods=["GET", "POST"])
def practice(review_id: int) -> ResponseReturnValue:
    """Comments on an example, stage by stage; of what is typed here nothing is stored."""
    review = one_or_404(queries.own_review(me(), review_id))
    data = review.round.protocol.data
    if not data["practice"] or not review.is_owed or not review.begun_at:
        return redirect(url_for(".review_page", review_id=review.id))
    tried = tried_of(data)
    written = any(each.text.strip() for each in tried)
    skipped = "skip" in request.form
    if skipped or written:
        services.practised(me(), skipped=skipped)
    if skipped:
        return redirect(url_for(".review_page", review_id=review.id))
    page = render_template(
        "feedback/practice.html",
        protocol=review.round.protocol,
        sample=data["practice"],
        here=url_for(".practice", review_id=review.id),
        back=url_for(".review_page", review_id=review.id),
        tried=tried,
        compared=written,
        nothing_written=request.method == "POST" and not written,
    )
    return page, 422 if request.method == "POST" and not written else 200


def tried_of(data: dict[str, Any], *, every: bool = False) -> list[Tried]:
    """What the form that was sent says in each stage that takes comments; in `every` stage."""
    practice, tried = data["practice"] or {}, []
    models, filled_in = practice.get("by_stage", {}), rubric_stage(data)
    for stage in stages_of(data) if every else reviewer_stages(data):
        rubric = practice.get("rubric") if stage == filled_in else None
        cells: list[Cell | None] = [*cells_of(rubric)]
        for cell in cells or [None] * (every or bool(stage.kinds)):
            key = cell.key if cell else stage.key
            text, quote, move = (typed(f"{name}-{key}") for name in ("text", "quote", "next_move"))
            tried.append(Tried(stage, key, cell, text, quote, move, models.get(key, "")))
    return tried
