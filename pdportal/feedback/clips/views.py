"""The talk about a clip: what is said along it, and what its owner makes of that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.feedback.clips import drafts, first_look, recordings
from pdportal.feedback.clips import services as clip_services
from pdportal.feedback.clips.page import Seen, clip_page_of, seen_work
from pdportal.feedback.comments import queries, services
from pdportal.feedback.comments.boxes import typed_comment
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.works.models import Work
from pdportal.video import services as clips
from pdportal.web.autosave import keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Reason, Refused, one_or_404
from pdportal.web.requests import takes_large_files, typed

bp = Blueprint("clips", __name__, url_prefix="/clips")


@bp.get("/<int:clip_id>")
def clip_page(clip_id: int) -> ResponseReturnValue:
    """A clip and what is said about it."""
    return clip_page_of(seen_work(clip_id))


@bp.post("/<int:clip_id>/comments")
@keeps_words(text=_l("Comment"), next_move=_l("A next move"))
def add_comment(clip_id: int) -> ResponseReturnValue:
    """Comment on a moment, a range or the whole."""
    seen = seen_work(clip_id)
    return _answer(seen, lambda: services.add_comment(me(), seen.work, typed_comment(request.form)))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/reply")
@takes_large_files(recordings.MOST_BYTES, recordings.too_large)
@keeps_words(text=_l("Your reply"))
def reply(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Reply to a comment, in words, or by voice or video with a few words beside it."""
    seen = seen_work(clip_id)
    comment = one_or_404(queries.comment_in_talk(me(), Work.id == seen.work.id, comment_id))
    save = partial(recordings.reply, me(), seen.clip, comment, typed("text"))
    return _answer(seen, save, reply=comment.id)


@bp.post("/<int:clip_id>/look-first")
def look_first(clip_id: int) -> ResponseReturnValue:
    """What others say opens once the owner has looked, however the clip is shared."""
    clips.look_first(me(), seen_work(clip_id).clip, on=True)
    return redirect(url_for(".clip_page", clip_id=clip_id, _anchor="talk"))


@bp.post("/<int:clip_id>/first-look")
def save_first_look(clip_id: int) -> ResponseReturnValue:
    """Save what the owner saw first; the buttons open the comments, with it or without."""
    seen = seen_work(clip_id)
    words = {name: typed(name) for name in first_look.PROMPTS}
    back = place_of(seen.work, anchor="talk")
    try:
        to_coach, version = "to_coach" in request.form, seen_version()
        version = first_look.save_first_look(
            me(), seen.clip, words, to_coach=to_coach, version=version
        )
        if typed("open") == "with" and not any(text.strip() for text in words.values()):
            message = _("Write a sentence first, or choose to open them now.")
            raise Refused(message, status=422, field="pleased")
        if typed("open"):
            first_look.open_comments(me(), seen.clip)
            return redirect(back)
    except Refused as refused:
        return not_saved(
            refused,
            back,
            typed=[("", text) for text in words.values()],
            again=lambda refused: clip_page_of(seen, mistake=refused, looking=clip_id),
        )
    return saved(version, back)


@bp.post("/<int:clip_id>/done")
def finish(clip_id: int) -> ResponseReturnValue:
    """Tell the owner that one is done, once all is sent that one has collected."""
    seen = seen_work(clip_id)
    if waiting := drafts.count(me(), seen.work):
        message = ngettext(
            "%(num)s comment is not sent yet. Send or delete it first.",
            "%(num)s comments are not sent yet. Send or delete them first.",
            waiting,
        )
        flash(message, "warning")
        return redirect(url_for(".clip_page", clip_id=clip_id, _anchor="not-sent"))
    clip_services.finish(me(), seen.clip)
    flash(_("%(name)s knows now that you are done.", name=seen.clip.owner.name), "success")
    return redirect(url_for(".clip_page", clip_id=clip_id))


def _answer(seen: Seen, act: Callable[[], Comment | None], **places: int) -> ResponseReturnValue:
    """Do something on the page and go to the comment it gives, or is about; what will not do is
    shown at the form that `places` names."""
    try:
        comment = act()
    except Refused as refused:
        if refused.reason not in {Reason.INVALID, Reason.CHANGED}:
            raise
        return clip_page_of(seen, mistake=refused, **places), refused.status
    anchor = f"comment-{comment.id if comment else next(iter(places.values()))}"
    return redirect(place_of(seen.work, anchor=anchor))


def place_of(work: Work, comment: Comment | None = None, anchor: str | None = None) -> str:
    """The page of a clip, at one of its comments."""
    anchor = f"comment-{comment.id}" if comment else anchor
    return url_for(".clip_page", clip_id=work.clip_id, _anchor=anchor)
