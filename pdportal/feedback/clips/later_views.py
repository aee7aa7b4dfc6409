"""A clip beside the earlier one that it answers."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.feedback.clips import later
from pdportal.feedback.clips.page import Seen, confirmable, seen_work
from pdportal.feedback.clips.views import bp
from pdportal.feedback.comments.boxes import typed_ticks
from pdportal.feedback.comments.queries import Thread, threads
from pdportal.feedback.comments.services import DecidedElsewhere
from pdportal.feedback.views import whole_number
from pdportal.feedback.works.models import Work
from pdportal.video import services as video
from pdportal.video.policy import may_share_with
from pdportal.video.queries import shares_of
from pdportal.web.errors import Refused, require


@bp.route("/<int:clip_id>/beside", methods=["GET", "POST"])
def beside(clip_id: int) -> ResponseReturnValue:
    """Two clips side by side; the owner ticks what of the earlier one the later one answers."""
    seen = seen_work(clip_id)
    mine = seen.clip.owner_id == me().id
    earlier = _earlier(seen)
    if request.method == "GET":
        if earlier is None and not mine:
            abort(404)
        return _beside_page(seen, earlier)
    require(mine)
    if earlier is None:
        return _beside_page(seen, None), 422
    said = threads(me(), Work.id == earlier.work.id)
    ticks = typed_ticks()
    try:
        answered = later.answer_earlier(me(), seen.work, earlier.work, said, ticks)
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        return _beside_page(seen, earlier, refused), refused.status
    _show_to_givers(seen, said)
    message = ngettext(
        "This clip answers %(num)s comment.", "This clip answers %(num)s comments.", len(answered)
    )
    flash(message, "success")
    return redirect(url_for(".beside", clip_id=clip_id))


def _earlier(seen: Seen) -> Seen | None:
    """The clip it answers or is to answer, for whoever sees that one, too."""
    clip_id = whole_number(request.values.get("earlier", ""))
    follows = seen.work.follows
    if follows is not None:
        clip_id = follows.clip_id or 0
    return seen_work(clip_id) if clip_id else None


def _show_to_givers(seen: Seen, said: list[Thread]) -> None:
    """Share the later clip with those whom its owner ticked, of those who commented before."""
    givers = {thread.comment.author_id: thread.comment.author for thread in said}
    for person_id in map(whole_number, request.form.getlist("show_to")):
        if person_id in givers and may_share_with(me(), givers[person_id]):
            first = True if "looks_first" in request.form else None
            video.share(me(), seen.clip, givers[person_id], looks_first=first)


def _beside_page(seen: Seen, earlier: Seen | None, mistake: Refused | None = None) -> str:
    mine = seen.clip.owner_id == me().id
    said = threads(me(), Work.id == earlier.work.id) if earlier else []
    stale = mistake.comments if isinstance(mistake, DecidedElsewhere) else []
    answered = [each for each in said if _is_answered(each, seen.work)]
    offered = [each for each in said if mine and later.is_offered(each.comment)]
    offered = [each for each in offered if each.comment.author_id != me().id]
    if earlier:
        note_look(me(), "clip", earlier.clip.id, earlier.clip.owner_id)
    note_look(me(), "clip", seen.clip.id, seen.clip.owner_id)
    standing = shares_of(seen.clip) if mine and offered else []
    sees = {share.person_id for share in standing if share.taken_back_at is None}
    givers = {each.comment.author for each in offered if each.comment.author_id not in sees}
    givers = {person for person in givers if may_share_with(me(), person)}
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


def _is_answered(thread: Thread, by: Work) -> bool:
    decision = thread.comment.decision
    addressed = decision.addressed_in if decision else None
    return addressed is not None and addressed.work_id == by.id
