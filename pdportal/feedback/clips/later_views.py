"""A clip beside the earlier one that it answers."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.activity.looks import note_look
from pdportal.feedback.clips import later
from pdportal.feedback.clips.page import Seen, confirmable, seen_work
from pdportal.feedback.clips.views import bp
from pdportal.feedback.comments.boxes import typed_ticks
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.services import DecidedElsewhere
from pdportal.feedback.rounds.veil import writer_of
from pdportal.feedback.works.models import Work
from pdportal.video import services as video
from pdportal.video.policy import may_share_with
from pdportal.video.queries import shares_of
from pdportal.web.errors import Refused, require
from pdportal.web.requests import typed_id


@bp.route("/<int:clip_id>/beside", methods=["GET", "POST"])
def beside(clip_id: int) -> ResponseReturnValue:
    """Two clips side by side; the owner ticks what of the earlier one the later one answers."""
    seen = seen_work(clip_id)
    mine = seen.clip.owner_id == me().id
    earlier = _earlier(seen)
    if request.method == "GET":
        if earlier is None and not mine:
            return redirect(url_for(".clip_page", clip_id=clip_id))
        return _beside_page(seen, earlier)
    require(mine)
    if earlier is None:
        return _beside_page(seen, None), 422
    comments = later.comments_on(me(), earlier.work)
    ticks = typed_ticks()
    try:
        answered = later.answer_earlier(me(), seen.work, earlier.work, comments, ticks)
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        return _beside_page(seen, earlier, refused), refused.status
    _show_to_givers(seen, comments)
    message = ngettext(
        "This clip answers %(num)s comment.", "This clip answers %(num)s comments.", len(answered)
    )
    flash(message, "success")
    return redirect(url_for(".beside", clip_id=clip_id))


def _earlier(seen: Seen) -> Seen | None:
    """The clip it answers or, to its owner, is to answer; None if one does not see that."""
    if seen.work.follows_id is not None:
        follows = (each for each in seen.related if each.id == seen.work.follows_id)
        clip_id = next((each.clip_id or 0 for each in follows), 0)
    else:
        clip_id = typed_id(request.values.get("earlier", ""))
        clip_id = clip_id if seen.clip.owner_id == me().id else 0
    return seen_work(clip_id) if clip_id else None


def _show_to_givers(seen: Seen, comments: Sequence[Comment]) -> None:
    """Share the later clip with those whom its owner ticked, of those who commented before."""
    givers = {person.id: person for person in _givers(comments)}
    for person_id in map(typed_id, request.form.getlist("show_to")):
        if person_id in givers:
            first = True if "looks_first" in request.form else None
            video.share(me(), seen.clip, givers[person_id], looks_first=first)


def _givers(comments: Sequence[Comment]) -> set[Person]:
    """Who gave these comments, as far as their owner knows, and may be shown a clip."""
    known = {each.author for each in comments if writer_of(me(), each).known}
    return {person for person in known if may_share_with(me(), person)}


def _beside_page(seen: Seen, earlier: Seen | None, mistake: Refused | None = None) -> str:
    mine = seen.clip.owner_id == me().id
    comments = later.comments_on(me(), earlier.work) if earlier else []
    stale = mistake.comments if isinstance(mistake, DecidedElsewhere) else []
    offered = [each for each in comments if mine and later.is_offered(each)]
    offered = [each for each in offered if each.author_id != me().id]
    answered = [each for each in comments if _is_answered(each, seen.work) and each not in offered]
    if earlier:
        note_look(me(), "clip", earlier.clip.id, earlier.clip.owner_id)
    note_look(me(), "clip", seen.clip.id, seen.clip.owner_id)
    standing = shares_of(seen.clip) if mine and offered else []
    sees = {share.person_id for share in standing if share.taken_back_at is None}
    givers = {person for person in _givers(offered) if person.id not in sees}
    return render_template(
        "feedback/clip_beside.html",
        clip=seen.clip,
        earlier=earlier.clip if earlier else None,
        own=later.earlier_clips(me(), seen.work) if mine and not seen.work.follows_id else [],
        answered=answered,
        offered=offered,
        looks_first=bool(givers) and video.looks_first_usually(me(), seen.clip),
        givers=sorted(givers, key=lambda person: person.name),
        confirmable=confirmable(answered),
        ticked=set(typed_ticks()) - {comment.id for comment in stale},
        stale=stale,
        mistake=mistake,
        mine=mine,
    )


def _is_answered(comment: Comment, by: Work) -> bool:
    addressed = comment.decision.addressed_in if comment.decision else None
    return addressed is not None and addressed.work_id == by.id
