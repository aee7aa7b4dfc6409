"""The page of one's own sentences; boxes for comments take their menu from it."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.feedback.phrases.services import phrases_of, save_phrases
from pdportal.feedback.views import bp
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused
from pdportal.web.requests import typed


@bp.route("/phrases", methods=["GET", "POST"])
@keeps_words(lines=_l("Saved phrases"))
def phrases() -> ResponseReturnValue:
    """The sentences I write often."""
    if request.method == "GET":
        return _page()
    return autosave_response(
        lambda: save_phrases(me(), typed("lines"), seen_version()),
        url_for(".phrases"),
        again=_page,
    )


def _page(mistake: Refused | None = None) -> str:
    saved = phrases_of(me())
    return render_template(
        "feedback/phrases.html",
        lines=saved.lines,
        text=typed("lines") if mistake else "\n".join(saved.lines),
        version=saved.version,
        mistake=mistake,
    )
