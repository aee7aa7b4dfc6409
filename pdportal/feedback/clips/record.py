"""Everything about a clip on one page, for its owner: to read, to print, to answer a parent."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.activity.looks import who_looked
from pdportal.feedback.clips.page import seen_work
from pdportal.feedback.clips.views import bp
from pdportal.feedback.comments.queries import threads
from pdportal.feedback.works.models import Work
from pdportal.video import policy, queries
from pdportal.video.captions.queries import captions_of
from pdportal.web.errors import forbidden


@bp.get("/<int:clip_id>/record")
def clip_record(clip_id: int) -> ResponseReturnValue:
    """The words of a clip, what was agreed, what is said on it and about it, who looked."""
    seen = seen_work(clip_id)
    work, clip = seen.Work, seen.Clip
    if not policy.may_change(me(), clip):
        raise forbidden()
    return render_template(
        "feedback/clip_record.html",
        clip=clip,
        captions=captions_of(clip),
        shares=queries.shares_of(clip),
        looked=who_looked("clip", clip.id),
        threads=threads(me(), Work.id == work.id),
        with_comments=request.args.get("comments") != "no",
    )
