"""Comments of a round: its author answers, the giver confirms or asks again, both reply."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.db import db, reads_rows
from pdportal.feedback.clips.page import clip_page_of, seen_work
from pdportal.feedback.comments import helping, policy, queries, services
from pdportal.feedback.comments.answers import Verdict
from pdportal.feedback.comments.boxes import as_typed, typed_comment
from pdportal.feedback.comments.loading import comment_to_read
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.news import thread_url
from pdportal.feedback.kinds import kind_of
from pdportal.feedback.practice_notes.views import note_page_of
from pdportal.feedback.reviews.queries import own_review
from pdportal.feedback.reviews.views import outcome_page
from pdportal.feedback.rounds.views.page import comment_page_of, look_first
from pdportal.feedback.views import bp
from pdportal.web.autosave import keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused, one_or_404, require
from pdportal.web.requests import typed

ANSWER_BOXES = {"why": _l("Your answer")} | {
    f"why-{verdict.value}": _l("Your answer") for verdict in Verdict
}
"""The boxes for words in the form of an answer."""


@bp.get("/comments/<int:comment_id>")
@reads_rows
def comment_page(comment_id: int) -> ResponseReturnValue:
    """A comment on one's work, and all that can be said to it; its giver is led to the review."""
    received = comment_to_read(me().id, comment_id)
    if received is not None:
        return comment_page_of(received)
    if closed := db.session.scalars(queries.closed_to_author(me(), comment_id)).first():
        return look_first(closed)
    comment = one_or_404(queries.comment_to_answer(me(), comment_id))
    if comment.review is not None and comment.author_id != me().id:
        abort(404)
    return redirect(_place_of(comment))


@bp.post("/comments/<int:comment_id>/decide")
@keeps_words(**ANSWER_BOXES)
def decide(comment_id: int) -> ResponseReturnValue:
    """Answer in one of the ways of its kind, with words."""
    comment = one_or_404(queries.comment_to_answer(me(), comment_id))

    try:
        verdict, words = chosen_answer(comment)
        version = services.decide(me(), comment, verdict, words, version_seen()).version
    except Refused as refused:
        return not_saved(
            refused,
            _list_with(comment),
            box=lambda name: _box(comment, name),
            again=lambda refused: _page_again(comment, "answer", refused),
        )
    return saved(version, _place_of(comment))


@bp.post("/comments/<int:comment_id>/reply")
@keeps_words(text=_l("Your reply"))
def reply(comment_id: int) -> ResponseReturnValue:
    """Reply under a comment."""
    comment = one_or_404(queries.comment_to_answer(me(), comment_id))
    try:
        services.reply(me(), comment, typed("text"))
    except Refused as refused:
        return not_saved(
            refused,
            _list_with(comment),
            again=lambda refused: _page_again(comment, "reply", refused),
        )
    return redirect(_place_of(comment))


@bp.post("/comments/<int:comment_id>/helped")
@keeps_words(words=_l("In your words"))
def say_how_it_helped(comment_id: int) -> ResponseReturnValue:
    """Tell the giver, and nobody else, how a comment helped: one tap, and words if one likes."""
    comment = one_or_404(queries.comment_received(me(), comment_id))
    place = thread_url(comment, to_author=True)
    try:
        helping.say_how_it_helped(me(), comment, typed("how"), typed("words"))
    except Refused as refused:
        if refused.status != 422:
            raise
        return not_saved(refused, place)
    flash(_("Only the person who wrote the comment reads it."), "success")
    return redirect(place)


@bp.post("/comments/<int:comment_id>/confirm")
def confirm(comment_id: int) -> ResponseReturnValue:
    """The giver is content."""
    comment = one_or_404(queries.comment_to_answer(me(), comment_id))
    services.confirm(me(), comment, version_seen())
    return redirect(_place_of(comment))


@bp.post("/comments/<int:comment_id>/ask-again")
@keeps_words(words=_l("What is still open?"))
def ask_again(comment_id: int) -> ResponseReturnValue:
    """The giver would like another look."""
    comment = one_or_404(queries.comment_to_answer(me(), comment_id))
    try:
        services.ask_again(me(), comment, typed("words"), version_seen())
    except Refused as refused:
        return not_saved(
            refused,
            _list_with(comment),
            again=lambda refused: _page_again(comment, "ask", refused),
        )
    flash(_("Asked again."), "success")
    return redirect(_place_of(comment))


@bp.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@keeps_words(text=_l("Comment"), next_move=_l("A next move"))
def edit_comment(comment_id: int) -> ResponseReturnValue:
    """Put right what one just said in a talk, or replied."""
    comment = one_or_404(queries.own_comment(me(), comment_id))
    require(comment.author_id == me().id)
    if request.method == "GET":
        return _edit_page(comment, as_typed(comment))
    try:
        typed_now = typed_comment(request.form, comment.kind)
        services.change_comment(me(), comment, typed_now, request.form.get("seen"))
    except Refused as refused:
        db.session.rollback()
        return _edit_page(comment, request.form.to_dict(), refused), refused.status
    return redirect(_place_of_thread(comment))


@bp.post("/comments/<int:comment_id>/remove")
def remove_comment(comment_id: int) -> ResponseReturnValue:
    """Take back what one just said."""
    comment = one_or_404(queries.own_comment(me(), comment_id))
    back = _place_of_thread(comment)
    services.remove_comment(me(), comment)
    flash(_("Deleted."), "success")
    return redirect(back)


def _edit_page(comment: Comment, values: dict[str, str], mistake: Refused | None = None) -> str:
    return render_template(
        "feedback/edit_comment.html",
        comment=comment,
        values=values,
        mistake=mistake,
        open=policy.may_change(me(), comment),
        moments=AnchorKind.MOMENT in kind_of(comment.revision.work).anchors,
        back=_place_of_thread(comment),
    )


def _place_of_thread(comment: Comment) -> str:
    return _place_of(comment.answers or comment)


def chosen_answer(comment: Comment) -> tuple[Verdict, str]:
    """The way of answering that a form names, and the words of that way; raises `Refused` (422)."""
    chosen = typed("decision")
    if chosen not in comment.about.answers:
        raise Refused(str(comment.about.choose), status=422, field="decision")
    return Verdict(chosen), request.form.get(f"why-{chosen}", typed("why"))


def version_seen() -> int | None:
    """The version of the answer that the form was opened on; None if it says none."""
    return seen_version() if typed("version") else None


def _box(comment: Comment, name: str) -> str:
    """The box for a name of `services.decide`: each way of answering has its own words."""
    has_ways = name == "why" and len(comment.about.answers) > 1 and comment.decision
    return f"why-{comment.decision.verdict.value}" if has_ways and comment.decision else name


def _place_of(comment: Comment) -> str:
    return thread_url(comment, to_author=comment.author_id != me().id)


def _list_with(comment: Comment) -> str:
    """Where the comment stands among the others; words that could not be sent are shown there."""
    place = _place_of(comment)
    if comment.review is None or comment.author_id == me().id:
        return place
    card = f"comment-{comment.id}"
    return url_for(".round_page", round_id=comment.review.round_id, _anchor=card)


def _page_again(comment: Comment, form: str, refused: Refused) -> str:
    """The page the form stands on, with what was typed into it and why it was not stored."""
    mistake = {"form": form, "comment": comment.id, "error": refused, "typed": request.form}
    review, clip_id = comment.review, comment.revision.work.clip_id
    if review is None and clip_id is not None:
        return clip_page_of(seen_work(clip_id), mistake=refused, **{form: comment.id})
    if review is None:
        return note_page_of(comment.revision.work, mistake)
    if comment.author_id == me().id:
        return outcome_page(one_or_404(own_review(me(), review.id)), mistake)
    return comment_page_of(comment, mistake)
