"""The author decides on a comment of a round; its giver confirms the answer or asks again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.comments import placing, queries, services
from pdportal.feedback.comments.models import Comment, Verdict
from pdportal.feedback.views import bp, show, typed
from pdportal.web.autosave import autosave_response, seen_version
from pdportal.web.errors import Refused, one_or_404


@bp.post("/comments/<int:comment_id>/decide")
def decide(comment_id: int) -> ResponseReturnValue:
    """Use, adapt or decline, and why."""
    comment = one_or_404(queries.comment_in_review(me(), comment_id))

    def save() -> int:
        if typed("decision") not in set(Verdict):
            raise Refused(_("Choose first: use, adapt or decline."), status=422)
        version = seen_version() if "version" in request.form else None
        verdict = Verdict(typed("decision"))
        return services.decide(me(), comment, verdict, typed("why"), version).version

    back = url_for(
        ".round_page",
        round_id=comment.review.round_id if comment.review else 0,
        _anchor=placing.card_id(comment),
    )
    return autosave_response(save, back, typed=[(_("Why?"), typed("why"))])


@bp.post("/comments/<int:comment_id>/confirm")
def confirm(comment_id: int) -> ResponseReturnValue:
    """The giver is content."""
    comment = one_or_404(queries.comment_in_review(me(), comment_id))
    services.confirm(me(), comment)
    return redirect(_outcome_of(comment))


@bp.post("/comments/<int:comment_id>/ask-again")
def ask_again(comment_id: int) -> ResponseReturnValue:
    """The giver would like another look."""
    comment = one_or_404(queries.comment_in_review(me(), comment_id))
    try:
        services.ask_again(me(), comment, typed("words"))
    except Refused as refused:
        show(refused)
    else:
        flash(_("Asked again."), "success")
    return redirect(_outcome_of(comment))


def _outcome_of(comment: Comment) -> str:
    card = placing.card_id(comment)
    return url_for(".outcome", review_id=comment.review_id, _anchor=card)
