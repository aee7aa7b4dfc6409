"""Writing the next revision beside the comments that are open."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from pdportal.accounts import me
from pdportal.feedback.comments import in_rounds, placing
from pdportal.feedback.comments.boxes import typed_ticks
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.services import DecidedElsewhere
from pdportal.feedback.rounds import services
from pdportal.feedback.rounds.loading import read_round
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.views.page import shown_from
from pdportal.feedback.views import bp
from pdportal.feedback.works.models import Revision
from pdportal.feedback.works.views import (
    BOXES,
    box_name,
    draft_boxes,
    require_why,
    save_typed,
    typed_texts,
)
from pdportal.web.autosave import autosave_response, keeps_words, not_saved
from pdportal.web.errors import Refused, or_404
from pdportal.web.parts import part
from pdportal.web.requests import typed


@bp.route("/rounds/<int:round_id>/revise", methods=["GET", "POST"])
@keeps_words(**BOXES)
def revise(round_id: int) -> ResponseReturnValue:
    """Write the next revision beside the comments that are open."""
    round_, latest = or_404(read_round(me(), round_id))
    if request.method == "POST":
        return autosave_response(
            lambda: save_typed(round_.work, typed_ticks()),
            url_for(".revise", round_id=round_.id),
            box=box_name,
            typed=typed_texts(round_.work),
            again=lambda refused: _revise_page(*or_404(read_round(me(), round_id)), refused),
        )
    if not round_.is_open:
        return redirect(url_for(".round_page", round_id=round_.id))
    return _revise_page(round_, latest)


@bp.post("/rounds/<int:round_id>/revise/keep")
@keeps_words(**BOXES)
def save_revised(round_id: int) -> ResponseReturnValue:
    """Save it as the next revision, with the comments it answers."""
    round_, latest = or_404(read_round(me(), round_id))
    try:
        require_why(round_.work, latest)
        save_typed(round_.work, typed_ticks())
        revision = services.revise(me(), round_, why=typed("why").strip(), ticks=typed_ticks())
    except Refused as refused:
        return not_saved(
            refused,
            url_for(".round_page", round_id=round_.id),
            typed=typed_texts(round_.work),
            again=lambda refused: _revise_page(*or_404(read_round(me(), round_id)), refused),
        )
    flash(_("Saved as version %(number)s.", number=revision.number), "success")
    return redirect(url_for(".round_page", round_id=round_.id))


def _revise_page(round_: Round, latest: Revision, refused: Refused | None = None) -> str:
    work, draft = round_.work, round_.work.draft
    stale = refused.comments if isinstance(refused, DecidedElsewhere) else []
    ticks = typed_ticks() if refused else (draft.ticks if draft else {})
    ticked = set(ticks) - {comment.id for comment in stale}
    discussion = in_rounds.discussion(round_)
    return render_template(
        "feedback/revise.html",
        round=round_,
        work=work,
        latest=latest,
        to_tick=_to_tick(round_, latest, discussion, ticked, stale),
        has_comments=bool(discussion.words),
        **draft_boxes(work, latest, refused),
    )


WHOLE = 10
"""How many comments stand whole beside the next version; the others are a line each."""


def _to_tick(
    round_: Round,
    latest: Revision,
    discussion: in_rounds.Discussion,
    ticked: set[int],
    stale: list[Comment],
) -> Markup:
    """The comments that a version can answer: rendered anew when something in them changed."""

    def args() -> tuple[Any, ...]:
        comments = in_rounds.comments_to_show(round_)
        parts, placed = placing.lay_out(round_.work, latest, comments, round_.rubric)
        offered = [
            card
            for card in placed
            if card.comment in stale
            or (card.comment.about.by_version is not None and not card.comment.is_settled)
        ]
        # Those the author wants to use come first, then those not decided on.
        offered.sort(key=lambda card: card.comment.decision is None)
        whole = {card.id for card in offered if card.comment in stale}
        whole |= {card.id for card in offered[:WHOLE]}
        return offered, whole, stale, ticked, latest, parts

    key = (*shown_from(round_, latest), discussion.words, frozenset(ticked))
    return part("feedback/_ticks.html", "to_tick", key=None if stale else key, args=args)
