"""The page of a clip: the player, what is said along it, and what its owner makes of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.activity.looks import note_look, who_looked
from pdportal.feedback.clips import services as clip_services
from pdportal.feedback.clips.services import work_of
from pdportal.feedback.comments import policy, services
from pdportal.feedback.comments import queries as comment_queries
from pdportal.feedback.comments.boxes import typed_comment
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.queries import Thread
from pdportal.feedback.comments.views import ANSWER_BOXES, chosen_answer, version_seen
from pdportal.feedback.works.models import Work
from pdportal.video import queries
from pdportal.video.models import Clip
from pdportal.video.troubles import cure_of, sentence_about
from pdportal.web.autosave import keeps_words
from pdportal.web.errors import Reason, Refused, one_or_404
from pdportal.web.locale import say_clock

bp = Blueprint("clips", __name__, url_prefix="/clips")


@bp.get("/<int:clip_id>")
def clip_page(clip_id: int) -> ResponseReturnValue:
    """A clip and what is said about it."""
    return _page(_seen(clip_id))


@bp.post("/<int:clip_id>/comments")
@keeps_words(text=_l("Comment"), next_move=_l("A next move"))
def add_comment(clip_id: int) -> ResponseReturnValue:
    """Comment on a moment, a range or the whole."""
    clip = _seen(clip_id)
    return _answer(clip, lambda: services.add_comment(me(), work_of(clip), typed_comment()))


@bp.post("/<int:clip_id>/comments/<int:comment_id>/reply")
@keeps_words(text=_l("Your reply"))
def reply(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    text = _typed("text")
    return _answer(clip, lambda: services.reply(me(), comment, text), comment, at="replying_to")


@bp.post("/<int:clip_id>/comments/<int:comment_id>/decide")
@keeps_words(**ANSWER_BOXES)
def decide(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """Say what becomes of a comment."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)

    def save() -> None:
        verdict, words = chosen_answer(comment)
        services.decide(me(), comment, verdict, words, version_seen())

    return _answer(clip, save, comment, at="deciding")


@bp.post("/<int:clip_id>/comments/<int:comment_id>/confirm")
def confirm(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """The giver is content."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    return _answer(clip, lambda: services.confirm(me(), comment, version_seen()), comment)


@bp.post("/<int:clip_id>/comments/<int:comment_id>/ask-again")
@keeps_words(words=_l("What is still open?"))
def ask_again(clip_id: int, comment_id: int) -> ResponseReturnValue:
    """The giver would like another look."""
    clip = _seen(clip_id)
    comment = _comment(clip, comment_id)
    words, seen = _typed("words"), version_seen()
    return _answer(
        clip, lambda: services.ask_again(me(), comment, words, seen), comment, at="asking"
    )


@bp.post("/<int:clip_id>/done")
def finish(clip_id: int) -> ResponseReturnValue:
    """Tell the owner that one is done."""
    clip = _seen(clip_id)
    clip_services.finish(me(), clip)
    flash(_("%(name)s knows now that you are done.", name=clip.owner.name), "success")
    return redirect(url_for(".clip_page", clip_id=clip.id))


def _seen(clip_id: int) -> Clip:
    return one_or_404(queries.clip_page(me(), clip_id))


def _comment(clip: Clip, comment_id: int) -> Comment:
    return one_or_404(comment_queries.comment_in_talk(me(), Work.clip_id == clip.id, comment_id))


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _answer(
    clip: Clip, act: Callable[[], Comment | None], comment: Comment | None = None, at: str = ""
) -> ResponseReturnValue:
    """Do something with a comment and go back to it; what will not do is shown `at` its form."""
    try:
        answered = act() or comment
    except Refused as refused:
        if refused.reason not in {Reason.INVALID, Reason.CHANGED}:
            raise
        places = {at: comment.id} if comment else {}
        return _page(clip, mistake=refused, **places), refused.status
    return redirect(_place_of(clip, answered))


def _place_of(clip: Clip, comment: Comment | None) -> str:
    anchor = f"comment-{comment.id}" if comment else None
    return url_for(".clip_page", clip_id=clip.id, _anchor=anchor)


def _page(clip: Clip, mistake: Refused | None = None, **places: int) -> str:
    """The page; `places` names the comment whose form shows the mistake, by what is done there."""
    note_look(me(), "clip", clip.id, clip.owner_id)
    mine = clip.owner_id == me().id
    threads = comment_queries.threads(me(), Work.clip_id == clip.id)
    shares = queries.shares_of(clip) if mine else []
    return render_template(
        "feedback/clip_page.html",
        clip=clip,
        mine=mine,
        threads=threads,
        marks=[_mark(thread.comment) for thread in threads if thread.comment.starts is not None],
        changeable=_changeable(threads),
        confirmable=_confirmable(threads),
        trouble=sentence_about(clip.trouble) if clip.trouble else "",
        cure=cure_of(clip.trouble) if clip.trouble and mine else "",
        standing=[share for share in shares if share.taken_back_at is None],
        my_share=None if mine else queries.my_share(me(), clip),
        looked=who_looked("clip", clip.id) if mine else [],
        mistake=mistake,
        places=places,
        typed=request.form,
    )


def _mark(comment: Comment) -> dict[str, Any]:
    """A comment on the time line of the player."""
    return {
        "id": f"comment-{comment.id}",
        "start": comment.starts,
        "end": comment.ends,
        "kind": comment.kind.value,
        "label": f"{say_clock(comment.starts or 0)} {comment.author.name}",
    }


def _changeable(threads: list[Thread]) -> frozenset[int]:
    """The ids of those comments that are one's own, new, and not answered."""
    comments = [thread.comment for thread in threads if not thread.is_answered]
    replies = [reply for thread in threads for reply in thread.replies]
    return policy.changeable(me(), comments + replies)


def _confirmable(threads: list[Thread]) -> set[int]:
    """The ids of those comments whose answer one may confirm."""
    decisions = (thread.comment.decision for thread in threads)
    return {each.comment_id for each in decisions if each and policy.may_confirm(me(), each)}
