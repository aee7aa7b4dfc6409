"""Sharing a work, and its author's page of the round."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts import me
from pdportal.cohorts.models import Cohort
from pdportal.feedback.comments import placing
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.protocols import queries as protocol_queries
from pdportal.feedback.protocols.stages import author_stages
from pdportal.feedback.rounds import policy, queries, services
from pdportal.feedback.rounds.forms import ShareForm
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.views import autosaved, bp, say, typed, typed_number
from pdportal.feedback.works import links
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works.models import Work
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.pages import render_form


@bp.route("/works/<int:work_id>/share", methods=["GET", "POST"])
def share(work_id: int) -> ResponseReturnValue:
    """Ask for feedback: with which protocol, on what question, of whom, by when."""
    work = one_or_404(work_queries.own_work(me(), work_id))
    there = queries.open_round(work)
    if there is not None:
        flash(_("This work is out for feedback already."), "info")
        return redirect(url_for(".round_page", round_id=there.id))
    protocols = protocol_queries.protocols()
    cohorts = queries.my_cohorts(me())
    form = ShareForm()
    form.protocol.choices = [(one.slug, one.name) for one in protocols]
    form.who.choices = [
        *((f"cohort-{one.id}", one.name) for one in cohorts if one.others),
        ("named", _("Colleagues I name")),
    ]
    if request.method == "GET":
        wanted = request.args.get("protocol")
        form.protocol.data = wanted if any(one.slug == wanted for one in protocols) else None
        form.who.data = form.who.choices[0][0]
    context: dict[str, Any] = {
        "work": work,
        "work_url": links.work_url(work),
        "protocols": protocols,
        "cohorts": cohorts,
        "coaches": queries.coach_names(me()),
        "asked": current_app.config["PDPORTAL"]["REVIEWS_ASKED"],
        "grace": current_app.config["PDPORTAL"]["GRACE_MINUTES"],
        "lease": current_app.config["PDPORTAL"]["LEASE_DAYS"],
    }
    if not form.is_submitted() or "find" in request.form:
        return render_template("feedback/share.html", form=form, **_people(form), **context)
    if form.validate():
        try:
            round_ = _share(work, form)
        except Refused as error:
            box = getattr(form, error.field or "", None)
            if error.status != 422 or box is None:
                raise
            box.errors = [*box.errors, error.message]
        else:
            flash(_("Shared. We tell you as soon as somebody answers."), "success")
            return redirect(url_for(".round_page", round_id=round_.id))
    return render_form("feedback/share.html", form, **_people(form), **context)


@bp.get("/rounds/<int:round_id>")
def round_page(round_id: int) -> ResponseReturnValue:
    """The author reads what has come and decides on each comment."""
    round_ = one_or_404(queries.round_page(me(), round_id))
    latest = work_queries.newest_revision(round_.work) or round_.revision
    comments = given_comments(round_)
    parts, placed = placing.lay_out(round_.work, latest, comments)
    begun = any(review.begun_at for review in round_.reviews)
    return render_template(
        "feedback/round_page.html",
        round=round_,
        work=round_.work,
        work_url=links.work_url(round_.work),
        latest=latest,
        parts=parts,
        open=[one for one in placed if not one.comment.is_settled],
        settled=[one for one in placed if one.comment.is_settled],
        undecided=sum(comment.is_unanswered for comment in comments),
        given=[review for review in round_.reviews if review.given_at],
        owed=[review for review in round_.reviews if review.is_owed],
        released=[review for review in round_.reviews if review.released_at],
        may_take_back=policy.may_take_back(me(), round_, begun=begun),
        respond=author_stages(round_.protocol.data),
        looked=work_queries.who_looked(round_.work),
        now=clock.now(),
    )


@bp.post("/rounds/<int:round_id>/take-back")
def take_back(round_id: int) -> ResponseReturnValue:
    """Undo the sharing."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    services.take_back(me(), round_)
    flash(_("Taken back. Nobody but you can see it."), "success")
    return redirect(links.work_url(round_.work))


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
def close(round_id: int) -> ResponseReturnValue:
    """Look back, and end the round."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    if request.method == "POST":
        try:
            services.close(me(), round_, **_reflection())
        except Refused as error:
            if error.status != 422:
                raise
            say(error)
            return _close_page(round_, _reflection()), 422
        flash(_("Closed. Whoever helped you can see what became of it."), "success")
        return redirect(url_for(".round_page", round_id=round_.id))
    if round_.closed_at is not None:
        return redirect(url_for(".round_page", round_id=round_.id))
    kept = {name: getattr(round_, name) for name in ("learned", "did_not_work", "try_next")}
    return _close_page(round_, kept)


@bp.post("/rounds/<int:round_id>/reflection")
def save_reflection(round_id: int) -> ResponseReturnValue:
    """Keep the reflection as it is typed."""
    round_ = one_or_404(queries.own_round(me(), round_id))
    return autosaved(
        lambda: (
            services.save_reflection(
                me(), round_, **_reflection(), version=typed_number("version")
            ).reflection_version
        ),
        url_for(".close", round_id=round_.id),
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


def _people(form: ShareForm) -> dict[str, Any]:
    chosen = [ident for ident in form.named.data or [] if 0 < ident < 2**31][:50]
    people = queries.people_to_name(me(), (form.search.data or "")[:120], chosen)
    return {"people": people, "chosen": chosen}


def _share(work: Work, form: ShareForm) -> Round:
    protocol = one_or_404(protocol_queries.protocol_named(form.protocol.data))
    who = str(form.who.data)
    cohort = None
    named = []
    if who.startswith("cohort-"):
        ident = int(who.removeprefix("cohort-"))
        cohort = one_or_404(select(Cohort).where(Cohort.id == ident))
    else:
        wanted = {ident for ident in form.named.data or [] if 0 < ident < 2**31}
        named = queries.named_people(me(), sorted(wanted)[:50])
        if len(named) < len(wanted):
            raise Refused(_("That is nobody you can ask."), status=422, field="named")
    return services.share(
        me(),
        work,
        protocol=protocol,
        question=form.question.data or "",
        cohort=cohort,
        named=named,
        due_on=form.due_on.data,
        coach_may=form.coach_may.data,
    )
