"""The talk about a clip on paper: a list along the clip, with a picture of each moment."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.feedback.clips.page import Wish, seen_work
from pdportal.feedback.clips.stills import purpose_at
from pdportal.feedback.clips.views import bp
from pdportal.feedback.comments.queries import threads
from pdportal.feedback.works.models import Work
from pdportal.video.queries import purposes_of


@bp.get("/<int:clip_id>/print")
def clip_print(clip_id: int) -> ResponseReturnValue:
    """What was said, or those comments that were chosen on the page."""
    seen = seen_work(clip_id)
    clip, wish = seen.Clip, Wish.asked()
    note_look(me(), "clip", clip.id, clip.owner_id)
    said = [each for each in threads(me(), Work.id == seen.Work.id) if wish.fits(each)]
    files = {} if clip.deleted_at else purposes_of(clip)
    return render_template(
        "feedback/clip_print.html",
        clip=clip,
        threads=said,
        still_at=lambda seconds: files.get(purpose_at(seconds)),
    )
