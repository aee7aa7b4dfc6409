"""What the owner of a clip saw first; saved while it is typed."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.clips import first_look
from pdportal.feedback.clips.page import clip_page_of, seen_work
from pdportal.feedback.clips.views import bp, place_of
from pdportal.feedback.views import typed
from pdportal.web.autosave import not_saved, saved, seen_version
from pdportal.web.errors import Refused

PROMPTS = ("pleased", "surprised", "change")


@bp.post("/<int:clip_id>/first-look")
def save_first_look(clip_id: int) -> ResponseReturnValue:
    """Save it; the buttons open the comments, with it or without."""
    seen = seen_work(clip_id)
    words = {name: typed(name) for name in PROMPTS}
    back = place_of(seen.Work, anchor="talk")
    try:
        version = first_look.save_first_look(
            me(), seen.Clip, **words, to_coach="to_coach" in request.form, version=seen_version()
        )
        if typed("open") == "with" and not any(text.strip() for text in words.values()):
            message = _("Write a sentence first, or choose to open them now.")
            raise Refused(message, status=422, field="pleased")
        if typed("open"):
            first_look.open_comments(me(), seen.Clip)
            return redirect(back)
    except Refused as refused:
        return not_saved(
            refused,
            back,
            typed=[("", text) for text in words.values()],
            again=lambda refused: clip_page_of(seen, mistake=refused, looking=seen.Clip.id),
        )
    return saved(version, back)
