"""The page of a clip: the player, what is said along it, and what its owner makes of that."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.clips import services as clip_services
from pdportal.feedback.clips.services import work_of
from pdportal.feedback.comments import policy, services
from pdportal.feedback.comments import queries as comment_queries
from pdportal.feedback.comments.models import Comment, CommentKind, Verdict
from pdportal.feedback.comments.writing import Typed
from pdportal.feedback.works.models import Work
from pdportal.video import queries
from pdportal.video.kinds import KINDS
from pdportal.video.models import Clip
from pdportal.web.autosave import ChangedElsewhere
from pdportal.web.errors import Refused, forbidden, one_or_404
from pdportal.web.locale import say_clock

bp = Blueprint("clips", __name__, url_prefix="/clips")


_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)")


@bp.get("/<int:clip_id>")
def clip_page(clip_id: int) -> ResponseReturnValue:
    """A clip and what is said about it."""
    return _page(_seen(clip_id))


@bp.post("/<int:clip_id>/comments")
def add_comment(clip_id: int) -> ResponseReturnValue:
    """Say something at a moment, over a range or about the whole."""
    clip = _seen(clip_id)
    try:
        comment = services.add_comment(me(), work_of(clip), _comment_typed())
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(clip, mistake=refused)
    return redirect(url_for(".clip_page", clip_id=clip.id, _anchor=f"comment-{comment.id}"))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/reply")
def reply(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    try:
        services.add_comment(me(), work_of(clip), Typed(_typed("text")), answers=comment)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(clip, mistake=refused, replying_to=comment.id)
    return redirect(url_for(".clip_page", clip_id=clip.id, _anchor=f"comment-{comment.id}"))


@bp.route("/<int:clip_id>/comments/<int:comment_id>/edit", methods=["GET", "POST"])
def edit_comment(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Put one's own comment right."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    if comment.author_id != me().id:
        raise forbidden()
    if request.method == "GET":
        return _edit_page(clip, comment, _as_typed(comment))
    try:
        services.change_comment(me(), comment, _comment_typed())
    except Refused as refused:
        return _edit_page(clip, comment, request.form.to_dict(), refused), refused.status
    return redirect(url_for(".clip_page", clip_id=clip.id, _anchor=f"comment-{comment.id}"))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/remove")
def remove_comment(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Take one's own comment back."""
    clip = _seen(clip_id)
    services.remove_comment(me(), _comment(clip, comment_id))
    flash(_("Your comment is gone."), "success")
    return redirect(url_for(".clip_page", clip_id=clip.id))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/decide")
def decide(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Say what one makes of a comment."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    chosen = _typed("decision")
    if chosen not in set(Verdict):
        raise Refused(_("Choose one: use, adapt or decline."), status=422, field="decision")
    version = _typed("version")
    try:
        services.decide(
            me(),
            comment,
            Verdict(chosen),
            _typed("why"),
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
        )
    except ChangedElsewhere:
        raise
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(clip, mistake=refused, deciding=comment.id)
    return redirect(url_for(".clip_page", clip_id=clip.id, _anchor=f"comment-{comment.id}"))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/confirm")
def confirm(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """The giver is content."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    services.confirm(me(), comment)
    return redirect(url_for(".clip_page", clip_id=clip.id, _anchor=f"comment-{comment.id}"))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/ask-again")
def ask_again(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """The giver would like another look."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    try:
        services.ask_again(me(), comment, _typed("words"))
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(clip, mistake=refused, asking=comment.id)
    return redirect(url_for(".clip_page", clip_id=clip.id, _anchor=f"comment-{comment.id}"))


@bp.post("/<int:clip_id>/done")
def finish(clip_id: int) -> ResponseReturnValue:
    """Tell the owner that one is done."""
    clip = _seen(clip_id)
    clip_services.finish(me(), clip)
    flash(_("%(name)s knows now that you are done.", name=clip.owner.name), "success")
    return redirect(url_for(".clip_page", clip_id=clip.id))


def parse_moment(typed: str) -> float | None:
    """Seconds of a moment as people write it: 65, 1:05 or 0:01:05; none where nothing is typed."""
    typed = typed.strip()
    if not typed:
        return None
    found = _CLOCK.fullmatch(typed)
    if found is None or (found[2] and float(found[3].replace(",", ".")) >= 60):
        raise Refused(
            _("Write a moment like 1:05, minutes and seconds."), status=422, field="start"
        )
    hours, minutes, seconds = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))


def _seen(clip_id: int) -> Clip:
    return one_or_404(queries.clip_page(me(), clip_id))


def _comment(clip: Clip, comment_id: int) -> Comment:
    return one_or_404(comment_queries.comment_in_talk(me(), Work.clip_id == clip.id, comment_id))


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _comment_typed() -> Typed:
    chosen = _typed("kind")
    return Typed(
        _typed("text"),
        CommentKind(chosen) if chosen in set(CommentKind) else CommentKind.NOTE,
        _typed("next_move"),
        starts=parse_moment(_typed("start")),
        ends=parse_moment(_typed("end")),
    )


def _as_typed(comment: Comment) -> dict[str, str]:
    return {
        "text": comment.text,
        "next_move": comment.next_move,
        "kind": comment.kind.value,
        "start": say_clock(comment.starts) if comment.starts is not None else "",
        "end": say_clock(comment.ends) if comment.ends is not None else "",
    }


def _page(
    clip: Clip,
    *,
    mistake: Refused | None = None,
    replying_to: int | None = None,
    deciding: int | None = None,
    asking: int | None = None,
) -> ResponseReturnValue:
    mine = clip.owner_id == me().id
    found = comment_queries.threads(me(), Work.clip_id == clip.id)
    kind = KINDS.get(clip.content_type)
    shares = queries.shares_of(clip) if mine else []
    marks: list[dict[str, Any]] = [
        {
            "id": f"comment-{thread.comment.id}",
            "start": thread.comment.starts,
            "end": thread.comment.ends,
            "kind": thread.comment.kind.value,
            "label": f"{say_clock(thread.comment.starts)} {thread.comment.author.name}",
        }
        for thread in found
        if thread.comment.starts is not None
    ]
    changeable = {
        comment.id
        for thread in found
        for comment in (thread.comment, *thread.replies)
        if policy.may_change(me(), comment)
        and (comment is not thread.comment or not (thread.replies or comment.decision))
    }
    page = render_template(
        "feedback/clip_page.html",
        clip=clip,
        mine=mine,
        threads=found,
        marks=marks,
        changeable=changeable,
        plays_everywhere=kind is None or kind.everywhere,
        kind_name=kind.suffix.lstrip(".").upper() if kind else "",
        standing=[share for share in shares if share.taken_back_at is None],
        my_share=None if mine else queries.my_share(me(), clip),
        looked=queries.who_looked(clip) if mine else [],
        mistake=mistake,
        replying_to=replying_to,
        deciding=deciding,
        asking=asking,
        confirmable={
            thread.comment.id
            for thread in found
            if thread.comment.decision and policy.may_confirm(me(), thread.comment.decision)
        },
        typed=request.form,
    )
    return page, mistake.status if mistake else 200


def _edit_page(
    clip: Clip, comment: Comment, values: dict[str, str], mistake: Refused | None = None
) -> str:
    return render_template(
        "feedback/clip_comment.html",
        clip=clip,
        comment=comment,
        values=values,
        mistake=mistake,
        open=policy.may_change(me(), comment),
    )
