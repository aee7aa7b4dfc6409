"""The page of words that were not sent."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.unsent import policy, services
from pdportal.feedback.unsent.models import UnsentText
from pdportal.feedback.views import bp
from pdportal.web.errors import one_or_404


@bp.get("/unsent")
def unsent() -> ResponseReturnValue:
    """All that I typed and that could not be stored."""
    return render_template("feedback/unsent.html", rows=services.unsent(me()))


@bp.post("/unsent/<int:unsent_id>/discard")
def discard_unsent(unsent_id: int) -> ResponseReturnValue:
    """I need it no more."""
    row = one_or_404(policy.unsent_seen_by(me()).where(UnsentText.id == unsent_id))
    services.drop(me(), row)
    flash(_("Discarded."), "success")
    return redirect(url_for(".unsent"))
