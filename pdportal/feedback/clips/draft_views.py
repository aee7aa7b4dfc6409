"""On the page of a clip, beside the talk: comments not sent yet, and what to look for."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.db import db
from pdportal.feedback.clips import drafts
from pdportal.feedback.clips.drafts import NotSent
from pdportal.feedback.clips.models import CommentDraft
from pdportal.feedback.clips.page import Seen, clip_page_of, seen_work
from pdportal.feedback.clips.services import list_look_fors
from pdportal.feedback.clips.views import bp, place_of
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404, require
from pdportal.web.requests import typed

_COMMENT = _l("Comment")
HERE = "not-sent"


@bp.post("/<int:clip_id>/drafts")
@keeps_words(text=_COMMENT)
def collect(clip_id: int) -> ResponseReturnValue:
    """Save a comment, to be sent later."""
    seen = seen_work(clip_id)
    try:
        drafts.collect(me(), seen.work, request.form)
    except Refused as refused:
        if refused.status != 422:
            raise
        return clip_page_of(seen, mistake=refused), refused.status
    return redirect(place_of(seen.work, anchor=HERE))


@bp.post("/<int:clip_id>/drafts/<int:draft_id>")
@keeps_words(text=_COMMENT)
def save_draft(clip_id: int, draft_id: int) -> ResponseReturnValue:
    """Save what is being typed; "Send" sends it."""
    seen, draft = _seen_draft(clip_id, draft_id)
    if "send" in request.form:
        return _send(seen, draft)
    return autosave_response(
        lambda: drafts.save(draft, request.form, seen_version()),
        place_of(seen.work, anchor=HERE),
    )


@bp.post("/<int:clip_id>/drafts/send")
def send_drafts(clip_id: int) -> ResponseReturnValue:
    """Send all that one has collected."""
    return _send(seen_work(clip_id))


@bp.post("/<int:clip_id>/drafts/<int:draft_id>/remove")
def remove_draft(clip_id: int, draft_id: int) -> ResponseReturnValue:
    """Delete a comment that was not sent."""
    seen, draft = _seen_draft(clip_id, draft_id)
    drafts.remove(draft)
    flash(_("Deleted."), "success")
    return redirect(place_of(seen.work, anchor=HERE))


@bp.post("/<int:clip_id>/look-fors")
@keeps_words(look_fors=_l("What to look for"))
def save_look_fors(clip_id: int) -> ResponseReturnValue:
    """List what to look for on the clip, one a line."""
    seen = seen_work(clip_id)
    require(seen.lists)
    return autosave_response(
        lambda: list_look_fors(seen.clip, typed("look_fors"), seen_version()),
        place_of(seen.work, anchor="look-fors"),
    )


def _seen_draft(clip_id: int, draft_id: int) -> tuple[Seen, CommentDraft]:
    seen = seen_work(clip_id)
    own = drafts.drafts_of(me(), seen.work).where(CommentDraft.id == draft_id)
    return seen, one_or_404(own)


def _send(seen: Seen, draft: CommentDraft | None = None) -> ResponseReturnValue:
    """Send all drafts, or one as it is typed; where one does not fit it is shown, and none sent."""
    try:
        with db.session.begin_nested():
            if draft:
                drafts.save(draft, request.form, seen_version())
            sent = drafts.send(me(), seen.work, draft)
    except Refused as refused:
        at = refused.draft if isinstance(refused, NotSent) else draft
        return clip_page_of(seen, mistake=refused, draft=at.id if at else 0), refused.status
    if sent:
        flash(ngettext("%(num)s comment sent.", "%(num)s comments sent.", len(sent)), "success")
    return redirect(place_of(seen.work, sent[0] if len(sent) == 1 else None))
