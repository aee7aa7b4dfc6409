"""A coach says what they think of the whole."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.db import db
from pdportal.feedback.reviews import coach_word, queries
from pdportal.feedback.reviews.views import outcome_page
from pdportal.feedback.views import bp
from pdportal.web.autosave import keeps_words
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.requests import typed


@bp.post("/reviews/<int:review_id>/coach")
@keeps_words(words=_l("A few words, if you like."))
def speak_as_coach(review_id: int) -> ResponseReturnValue:
    """Accept a work, or ask for a revision; apart from any comment."""
    review = one_or_404(queries.own_review(me(), review_id))
    try:
        coach_word.speak_as_coach(me(), review, typed("says"), typed("words"))
    except Refused as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        review = one_or_404(queries.own_review(me(), review_id))
        return outcome_page(review, {"form": "coach", "error": refused, "typed": request.form}), 422
    flash(_("%(name)s reads it now.", name=review.round.work.author.given_name), "success")
    return redirect(url_for(".outcome", review_id=review.id, _anchor="coach"))
