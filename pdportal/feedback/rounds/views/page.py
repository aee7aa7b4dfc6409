"""The author's page of a round: who was asked, what they said, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.activity.looks import who_looked
from pdportal.feedback.comments import placing
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.kinds import work_url
from pdportal.feedback.protocols.stages import author_stages
from pdportal.feedback.rounds import policy, queries, services
from pdportal.feedback.rounds.follow_ups import follow_ups
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.unsent.services import unsent
from pdportal.feedback.views import bp, show, typed, typed_number
from pdportal.feedback.works.queries import latest_revision
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404


@bp.get("/rounds/<int:round_id>")
def round_page(round_id: int) -> ResponseReturnValue:
    """The author reads what has come and decides on each comment."""
    return page_of(round_id)


def page_of(round_id: int, mistake: Mapping[str, Any] | None = None) -> str:
    """The page of a round; `mistake` is a form under a comment that came back."""
    round_ = one_or_404(queries.round_page(me(), round_id))
    latest = latest_revision(round_.work) or round_.revision
    comments = given_comments(round_)
    parts, placed = placing.lay_out(round_.work, latest, comments)
    begun = any(review.begun_at for review in round_.reviews)
    return render_template(
        "feedback/round_page.html",
        round=round_,
        work=round_.work,
        work_url=work_url(round_.work),
        latest=latest,
        parts=parts,
        open=[card for card in placed if not card.comment.is_settled],
        settled=[card for card in placed if card.comment.is_settled],
        undecided=sum(comment.is_unanswered for comment in comments),
        given=[review for review in round_.reviews if review.given_at],
        owed=[review for review in round_.reviews if review.is_owed],
        released=[review for review in round_.reviews if review.released_at],
        may_take_back=policy.may_take_back(me(), round_, begun=begun),
        respond=author_stages(round_.protocol.data),
        follow_ups=follow_ups(
            me(),
            round_.try_next if round_.closed_at else "",
            url_for(".round_page", round_id=round_.id),
        ),
        looked=who_looked("work", round_.work_id),
        mistake=mistake,
        unsent=unsent(me(), url_for(".round_page", round_id=round_.id)),
    )


@bp.post("/rounds/<int:round_id>/take-back")
def take_back(round_id: int) -> ResponseReturnValue:
    """Undo the sharing."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    services.take_back(me(), round_)
    flash(_("Canceled. Nobody but you can see your work."), "success")
    return redirect(work_url(round_.work))


@bp.route("/rounds/<int:round_id>/ask", methods=["GET", "POST"])
def ask_also(round_id: int) -> ResponseReturnValue:
    """Ask one more colleague by name."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    if request.method == "POST":
        wanted = typed_number("named")
        chosen = queries.named_people(me(), [wanted])
        try:
            if not chosen:
                raise Refused(_("Choose who should look at it."), status=422)
            services.ask_also(me(), round_, chosen[0])
        except Refused as error:
            if error.status != 422:
                raise
            return _ask_page(round_, chosen=wanted, error=error.message), 422
        flash(_("%(name)s is asked.", name=chosen[0].name), "success")
        return redirect(url_for(".round_page", round_id=round_.id))
    return _ask_page(round_)


@bp.route("/rounds/<int:round_id>/close", methods=["GET", "POST"])
@keeps_words(
    learned=_l("What I learned"),
    did_not_work=_l("What did not work"),
    try_next=_l("What I try next"),
)
def close(round_id: int) -> ResponseReturnValue:
    """Look back, and end the round."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    if request.method == "POST":
        try:
            services.close(me(), round_, **_reflection())
        except Refused as error:
            show(error)
            return _close_page(round_, _reflection()), 422
        flash(_("Closed. Whoever helped you can see what became of it."), "success")
        return redirect(url_for(".round_page", round_id=round_.id))
    if round_.closed_at is not None:
        return redirect(url_for(".round_page", round_id=round_.id))
    stored = {name: getattr(round_, name) for name in ("learned", "did_not_work", "try_next")}
    return _close_page(round_, stored)


@bp.post("/rounds/<int:round_id>/reflection")
def save_reflection(round_id: int) -> ResponseReturnValue:
    """Save the reflection as it is typed."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    typed_here = _reflection()
    return autosave_response(
        lambda: (
            services.save_reflection(
                me(), round_, **typed_here, version=seen_version()
            ).reflection_version
        ),
        url_for(".close", round_id=round_.id),
        typed=[("", text) for text in typed_here.values()],
    )


def given_comments(round_: Round) -> list[Comment]:
    """The comments of a round that its author may read."""
    return [
        comment
        for review in round_.reviews
        for comment in review.comments
        if comment_policy.may_see(round_.work.author, comment)
    ]


def _reflection() -> dict[str, str]:
    return {name: typed(name) for name in ("learned", "did_not_work", "try_next")}


def _close_page(round_: Round, values: dict[str, str]) -> str:
    return render_template(
        "feedback/close.html",
        round=round_,
        work=round_.work,
        values=values,
        figures=queries.round_figures(round_),
    )


def _ask_page(round_: Round, chosen: int = 0, error: str = "") -> str:
    search = request.args.get("search", "")[:120]
    return render_template(
        "feedback/ask_also.html",
        round=round_,
        work=round_.work,
        search=search,
        people=queries.people_to_name(me(), search, [chosen] if chosen else (), round_=round_),
        chosen=chosen,
        error=error,
    )
