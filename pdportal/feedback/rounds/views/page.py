"""The author's page of a round: who was asked, what they said, and how it ends."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from textwrap import shorten
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.activity.looks import who_looked
from pdportal.db import reads_rows, relate
from pdportal.feedback.comments import in_rounds, placing
from pdportal.feedback.comments.disagreement import differing
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.policy import changeable
from pdportal.feedback.files.attached import shown_facts
from pdportal.feedback.kinds import work_url
from pdportal.feedback.protocols.stages import author_stages
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.queries import own_review
from pdportal.feedback.rounds import again, hiding, policy, queries, services, showing, veil
from pdportal.feedback.rounds.follow_ups import follow_ups
from pdportal.feedback.rounds.loading import read_round, round_with_reviews
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.standing import standing
from pdportal.feedback.rounds.windows import windows_of
from pdportal.feedback.rubrics.services import self_assessment
from pdportal.feedback.unsent.services import unsent
from pdportal.feedback.views import bp, show
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import is_heard
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404, or_404
from pdportal.web.locale import wording_of
from pdportal.web.parts import part
from pdportal.web.requests import typed, typed_number


@bp.get("/rounds/<int:round_id>")
@reads_rows
def round_page(round_id: int) -> ResponseReturnValue:
    """The author reads what has come and decides on each comment."""
    try:
        round_, latest = or_404(round_with_reviews(me(), round_id))
    except NotFound:
        closed = one_or_404(queries.own_round(), queries.run_by(me(), round_id))
        return look_first(closed.work)
    given = [review for review in round_.reviews if review.given_at]
    figures = queries.round_figures(round_)
    stands = standing(round_, figures, latest.number)
    if request.args.get("standing"):  # by a script, after each first answer
        state = round_, work_url(round_.work), given, stands, latest
        return part("feedback/_round.html", "state", *state, [], [], figures)
    discussion = in_rounds.discussion(round_)
    begun = any(review.begun_at for review in round_.reviews)
    return render_template(
        "feedback/round_page.html",
        round=round_,
        work=round_.work,
        work_url=work_url(round_.work),
        latest=latest,
        beside=_beside(round_, latest, discussion, given),
        standing=stands,
        figures=figures,
        given=given,
        windows=windows_of(round_),
        said_so_far=in_rounds.said_so_far(me(), round_) if round_.is_open else [],
        asked=_asked(round_, policy.may_take_back(me(), round_, begun=begun)),
        respond=author_stages(round_.protocol.data),
        follow_ups=follow_ups(
            me(),
            round_.try_next if round_.closed_at else "",
            url_for(".round_page", round_id=round_.id),
        ),
        caused=_used(round_) if round_.closed_at else [],
        looked=who_looked("work", round_.work_id),
        may_show_me=policy.may_show_author(me(), round_),
        unsent=[] if round_.is_open else unsent(me(), url_for(".round_page", round_id=round_.id)),
    )


def look_first(work: Work) -> ResponseReturnValue:
    """Lead its author to what they look at first: what others say of it is closed until then."""
    flash(_("Look first yourself. What others wrote opens then, or when you say so."))
    return redirect(work_url(work))


def comment_page_of(comment: Comment, mistake: Mapping[str, Any] | None = None) -> str:
    """The page of one comment in a round; `mistake` is a form under it that came back."""
    assert comment.review is not None  # noqa: S101  # or it has no such page
    round_, latest = or_404(read_round(me(), comment.review.round_id))
    relate(comment.review, round=round_)
    if comment.anchor is AnchorKind.REGION:  # its number follows from the others
        comments = in_rounds.comments_to_show(round_)
        _parts, placed = placing.lay_out(round_.work, latest, comments, round_.rubric)
        card = next(each for each in placed if each.comment is comment)
    else:
        card = placing.placed_on(round_.work, latest, comment, round_.rubric)
    waiting = in_rounds.unanswered_in(round_) if round_.is_open else []
    later = [each for each in waiting if each > comment.id]
    return render_template(
        "feedback/comment_page.html",
        round=round_,
        work=round_.work,
        placed=card,
        giver=veil.person_in(me(), round_, comment.review),
        here=mistake,
        changeable=changeable(me(), comment.replies),
        standing=standing(round_, queries.round_figures(round_), latest.number)
        if round_.is_open
        else None,
        next_id=next((each for each in [*later, *waiting] if each != comment.id), None),
    )


@bp.post("/rounds/<int:round_id>/take-back")
def take_back(round_id: int) -> ResponseReturnValue:
    """Undo the sharing."""
    round_ = one_or_404(queries.own_round(), queries.run_by(me(), round_id))
    services.take_back(me(), round_)
    flash(_("Canceled. Nobody but you can see your work."), "success")
    return redirect(work_url(round_.work))


@bp.post("/rounds/<int:round_id>/reopen")
def reopen(round_id: int) -> ResponseReturnValue:
    """Go on with a round that was closed."""
    round_, _latest = or_404(round_with_reviews(me(), round_id))
    again.reopen(me(), round_)
    flash(_("Open again. What you wrote at the end stays until you close it anew."), "success")
    return redirect(url_for(".round_page", round_id=round_.id))


@bp.route("/rounds/<int:round_id>/ask", methods=["GET", "POST"])
def ask_also(round_id: int) -> ResponseReturnValue:
    """Ask one more colleague by name."""
    round_ = one_or_404(queries.own_round(), queries.run_by(me(), round_id))
    if request.method == "POST":
        wanted = typed_number("named")
        chosen = queries.named_people(me(), [wanted], round_.work)
        try:
            if policy.asks_by_turns(round_):
                hiding.ask_next(me(), round_)
                flash(_("One more colleague is asked."), "success")
                return redirect(url_for(".round_page", round_id=round_.id))
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
    round_ = one_or_404(queries.own_round(), queries.run_by(me(), round_id))
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
    round_ = one_or_404(queries.own_round(), queries.run_by(me(), round_id))
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


@bp.post("/rounds/<int:round_id>/show-me")
def show_author(round_id: int) -> ResponseReturnValue:
    """The author of a round that hides them says who they are."""
    round_ = one_or_404(queries.own_round(), queries.run_by(me(), round_id))
    showing.show_author(me(), round_)
    flash(_("Those who gave you feedback can see your name now."), "success")
    return redirect(url_for(".round_page", round_id=round_.id))


@bp.post("/reviews/<int:review_id>/show-me")
def show_reviewer(review_id: int) -> ResponseReturnValue:
    """A hidden reviewer says who they are."""
    review = one_or_404(own_review(me(), review_id))
    showing.show_reviewer(me(), review)
    flash(_("The author and the other reviewers can see your name now."), "success")
    return redirect(url_for(".outcome", review_id=review.id))


def shown_from(round_: Round, latest: Revision) -> tuple[Hashable, ...]:
    """What is shown of a work beside the comments of a round, for the key of a part."""
    labels = tuple((field["key"], field["label"]) for field in round_.work.fields)
    texts = ((each.number, *each.content.items()) for each in (round_.revision, latest))
    who = tuple((each.person_id, each.person.given_name) for each in round_.work.writers)
    reader = (me().id, round_.work.author.given_name) if who else ()
    return labels, shown_facts(round_.work, latest), who, reader, *texts


WHOLE = 20
"""How many comments stand whole on a page that has more; the others are a line each."""


def _beside(
    round_: Round,
    latest: Revision,
    discussion: in_rounds.Discussion,
    given: list[Review],
) -> Markup:
    """The text with its comments: rendered anew when something in it changed."""
    givers = {review.id: veil.person_in(me(), round_, review) for review in given}
    wording = wording_of(filter(None, [discussion.replied_at]))
    names = tuple(givers.items())
    own = self_assessment(round_).said
    of_rubric = *own.items(), *(criterion["key"] for criterion in round_.rubric or ())
    shows_all = bool(request.args.get("all"))
    facts = (round_.id, round_.is_open, shows_all, *shown_from(round_, latest))
    key = (*facts, names, discussion, of_rubric, wording)

    def args() -> tuple[Any, ...]:
        comments = in_rounds.comments_to_show(round_)
        parts, placed = placing.lay_out(round_.work, latest, comments, round_.rubric)
        rows = placing.sheet(round_.rubric, placed)
        whole = {card.id for card in placed} if shows_all else _whole(placed)
        return round_, latest, parts, placed, whole, givers, rows, own, differing(placed)

    return part(
        "feedback/_discussion.html", "beside", key=key if wording.holds else None, args=args
    )


def _whole(placed: list[placing.Placed]) -> set[str]:
    """Which stand whole: none that is settled; of many, the first that wait for an answer."""
    open_ = [card for card in placed if not card.comment.is_settled]
    if len(open_) > WHOLE:
        open_ = [card for card in open_ if card.comment.is_unanswered][:WHOLE]
    return {card.id for card in open_}


def _asked(round_: Round, may_take_back: bool) -> Markup:
    """Who was asked and how far each is: those who gave feedback first, and who let it be last."""
    reviews = [
        *sorted(
            (review for review in round_.reviews if review.given_at),
            key=lambda review: review.letter or 0,
        ),
        *(review for review in round_.reviews if review.is_owed),
        *(review for review in round_.reviews if review.released_at),
    ]
    named: list[str] = []
    if round_.hides_reviewers:
        # What only those who were asked have done tells who they are; their kind words do not.
        reviews = [review for review in reviews if review.given_at or review.declined_with]
        named = queries.names_asked(round_)
    people = tuple([veil.person_in(me(), round_, review) for review in reviews])
    rows = tuple(tuple(getattr(review, name) for name in _OF_A_REVIEW) for review in reviews)
    moments = [review.given_at or review.asked_at for review in reviews]
    wording = wording_of([*moments, round_.grace_until] if may_take_back else moments)
    key = (
        round_.id,
        round_.is_open,
        round_.grace_until,
        may_take_back,
        *named,
        people,
        rows,
        wording,
    )
    given = round_, list(zip(reviews, people, strict=True)), named, may_take_back
    return part("feedback/_round.html", "asked", *given, key=key if wording.holds else None)


def _used(round_: Round) -> list[tuple[str, str]]:
    """The comments that the author uses, by the address of each: one may have caused a step."""
    return [
        (
            url_for(".round_page", round_id=round_.id, _anchor=f"comment-{row.id}"),
            shorten(row.text, 70, placeholder=" …"),
        )
        for row in in_rounds.comments_used(round_)
    ]


_OF_A_REVIEW = (
    "id", "reviewer_id", "as_coach", "asked_at", "begun_at", "given_at", "released_at",
    "release_why", "declined_with", "decline_why", "thanked_at", "thanks", "letter",
)  # fmt: skip
"""What the page says of each."""


def _reflection() -> dict[str, str]:
    return {name: typed(name) for name in ("learned", "did_not_work", "try_next")}


def _close_page(round_: Round, values: dict[str, str]) -> str:
    return render_template(
        "feedback/close.html",
        round=round_,
        work=round_.work,
        values=values,
        figures=queries.round_figures(round_),
        is_heard=is_heard(round_.work),
    )


def _ask_page(round_: Round, chosen: int = 0, error: str = "") -> str:
    search = request.args.get("search", "")[:120]
    return render_template(
        "feedback/ask_also.html",
        round=round_,
        work=round_.work,
        search=search,
        people=queries.people_to_name(
            me(), search, [chosen] if chosen else (), work=round_.work, round_=round_
        ),
        by_turns=policy.asks_by_turns(round_),
        chosen=chosen,
        error=error,
    )
