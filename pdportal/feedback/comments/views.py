"""The author answers comments and writes the next revision; the giver has their word on it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.comments import placing, queries, services
from pdportal.feedback.comments.models import Comment, Verdict
from pdportal.feedback.rounds import queries as round_queries
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.views import given_comments
from pdportal.feedback.views import autosaved, bp, say, typed, typed_number
from pdportal.feedback.works import links
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works import services as work_services
from pdportal.feedback.works.models import WorkKind
from pdportal.feedback.works.services import MovedOn
from pdportal.feedback.works.views import box_names, typed_content
from pdportal.web.errors import Refused, forbidden, one_or_404


@bp.post("/comments/<int:comment_id>/decide")
def decide(comment_id: int) -> ResponseReturnValue:
    """Use, adapt or decline, and why."""
    comment = one_or_404(queries.comment_seen(me(), comment_id))
    round_ = _round_of(comment)

    def save() -> int:
        if typed("decision") not in set(Verdict):
            raise Refused(_("Choose first: use, adapt or decline."), status=422)
        version = typed_number("version") if "version" in request.form else None
        verdict = Verdict(typed("decision"))
        return services.decide(me(), comment, verdict, typed("why"), version).version

    return autosaved(
        save, url_for(".round_page", round_id=round_.id) + f"#{placing.card_id(comment)}"
    )


@bp.post("/comments/<int:comment_id>/confirm")
def confirm(comment_id: int) -> ResponseReturnValue:
    """The giver is content."""
    comment = one_or_404(queries.comment_seen(me(), comment_id))
    services.confirm(me(), comment)
    return redirect(_outcome_of(comment))


@bp.post("/comments/<int:comment_id>/ask-again")
def ask_again(comment_id: int) -> ResponseReturnValue:
    """The giver would like another look."""
    comment = one_or_404(queries.comment_seen(me(), comment_id))
    try:
        services.ask_again(me(), comment, typed("words"))
    except Refused as error:
        if error.status != 422:
            raise
        say(error)
    else:
        flash(_("Asked again."), "success")
    return redirect(_outcome_of(comment))


@bp.route("/rounds/<int:round_id>/revise", methods=["GET", "POST"])
def revise(round_id: int) -> ResponseReturnValue:
    """Write the next revision beside the comments that are open."""
    round_ = one_or_404(round_queries.round_page(me(), round_id))
    if request.method == "POST":
        return autosaved(
            lambda: _save(round_),
            url_for(".revise", round_id=round_.id),
            names=box_names,
            moved_on=lambda stale: _revise_page(round_, stale=stale, status=409),
        )
    if not round_.is_open or round_.work.kind is WorkKind.CLIP:
        return redirect(url_for(".round_page", round_id=round_.id))
    return _revise_page(round_)


@bp.post("/rounds/<int:round_id>/revise/keep")
def keep_revised(round_id: int) -> ResponseReturnValue:
    """Keep it as the next revision, with the comments it answers."""
    round_ = one_or_404(round_queries.round_page(me(), round_id))
    if not typed("why").strip() and _typed_differs(round_):
        error = Refused(_("Say in a few words why you changed it."), field="why")
        return _revise_page(round_, error=error, status=422)
    try:
        _save(round_)
        revision = services.revise(me(), round_, why=typed("why").strip(), addressed=_ticked())
    except MovedOn as stale:
        return _revise_page(round_, stale=stale, status=409)
    except Refused as error:
        if error.status != 422:
            raise
        return _revise_page(round_, error=error, status=422)
    flash(_("Kept as version %(number)s.", number=revision.number), "success")
    return redirect(url_for(".round_page", round_id=round_.id))


def _save(round_: Round) -> int:
    draft = work_services.save_draft(
        me(),
        round_.work,
        typed_content(round_.work),
        why=typed("why"),
        version=typed_number("version"),
        addressed=_ticked(),
    )
    return draft.version


def _ticked() -> list[int]:
    return [
        int(value)
        for value in request.form.getlist("addressed")[:500]
        if value.isdecimal() and len(value) < 10
    ]


def _typed_differs(round_: Round) -> bool:
    latest = work_queries.newest_revision(round_.work) or round_.revision
    content = typed_content(round_.work)
    return any(
        work_services.clean(text).strip() != latest.content.get(key, "")
        for key, text in content.items()
    )


def _revise_page(
    round_: Round,
    *,
    error: Refused | None = None,
    stale: MovedOn | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    work, draft = round_.work, round_.work.draft
    latest = work_queries.newest_revision(work) or round_.revision
    parts, placed = placing.lay_out(work, latest, given_comments(round_))
    unsettled = [one for one in placed if not one.comment.is_settled]
    # Those the author wants to use come first, then those not decided on.
    unsettled.sort(key=lambda one: one.comment.decision is None)
    fresh = status == 200
    page = render_template(
        "feedback/revise.html",
        round=round_,
        work=work,
        work_url=links.work_url(work),
        latest=latest,
        parts=parts,
        placed=unsettled,
        content=(draft.content if draft else latest.content) if fresh else typed_content(work),
        why=(draft.why if draft else "") if fresh else typed("why"),
        ticked=(draft.addressed if draft else []) if fresh else _ticked(),
        version=stale.version if stale else draft.version if draft else 0,
        error=error,
        stale=stale,
    )
    return page, status


def _round_of(comment: Comment) -> Round:
    if comment.review is None:
        raise forbidden()
    return comment.review.round


def _outcome_of(comment: Comment) -> str:
    return url_for(".outcome", review_id=comment.review_id) + f"#{placing.card_id(comment)}"
