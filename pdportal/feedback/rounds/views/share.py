"""Sharing a work: with which protocol, on what question, with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.feedback.kinds import kind_of, work_url
from pdportal.feedback.meetings.queries import open_meeting
from pdportal.feedback.protocols.queries import protocol_chosen
from pdportal.feedback.protocols.stages import Way
from pdportal.feedback.rounds import queries, services
from pdportal.feedback.rounds.again import givers_known
from pdportal.feedback.rounds.forms import ShareForm
from pdportal.feedback.rounds.hiding import Hides, hideable, names_author, names_itself, say_hidden
from pdportal.feedback.rounds.loading import round_with_reviews
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.offering import offer_protocols, texts_of
from pdportal.feedback.rounds.services import LONGEST_QUESTION
from pdportal.feedback.views import bp
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.policy import may_own
from pdportal.feedback.works.queries import history, own_work
from pdportal.feedback.works.services import has_unsaved
from pdportal.video import services as clips
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.pages import render_form
from pdportal.web.requests import typed_id


@bp.route("/works/<int:work_id>/share", methods=["GET", "POST"])
def share(work_id: int) -> ResponseReturnValue:
    """Ask for feedback: with which protocol, on what question, of whom, by when."""
    work = one_or_404(own_work(me(), work_id))
    going_on = queries.open_round(work)
    if going_on is not None:
        flash(_("This work is out for feedback already."), "info")
        return redirect(url_for(".round_page", round_id=going_on.id))
    if meeting := open_meeting(work):
        flash(_("A meeting about this work is planned. Hold it or call it off first."), "info")
        return redirect(url_for(".meeting", meeting_id=meeting.id))
    form = ShareForm()
    context = _choices(work, form)

    def act() -> Round:
        if context["says_my_name"] and Hides(form.hides.data).author and not form.names_me.data:
            message = _("Your name is in what you share (see below).")
            raise Refused(message, status=422, field="hides")
        return _share(work, form)

    if round_ := form.attempt(act):
        flash(_("Shared. We tell you as soon as somebody answers."), "success")
        return redirect(url_for(".round_page", round_id=round_.id))
    return render_form("feedback/share.html", form, **context, **form.offer(me(), work))


def _choices(work: Work, form: ShareForm) -> dict[str, Any]:
    """Fill in what can be chosen; gives what the page shows of it."""
    settings = current_app.config["PDPORTAL"]
    cohorts = queries.my_cohorts(me(), work, settings["REVIEWS_ASKED"])
    form.who.choices = [
        *((f"cohort-{cohort.id}", cohort.name) for cohort in cohorts if cohort.others),
        ("named", _("Colleagues I name")),
    ]
    form.hides.choices = [(way.value, say_hidden(way)) for way in hideable(work)]
    kind, used, texts = kind_of(work), queries.protocols_used(work), texts_of(work)
    versions = {revision.number: revision for revision in history(work)}
    form.since.choices = _since(work, versions)
    if work.clip is None or work.clip.opened_at is not None:
        del form.looks_first
    elif request.method == "GET":
        form.looks_first.data = clips.looks_first_usually(me(), work.clip)
    if request.method == "GET":
        form.who.data = form.who.choices[0][0]
        _ask_again(form)
        form.question.data = "" if used else texts.get(kind.asks, "")[:LONGEST_QUESTION]
    asked = {str(box.label.text): box.data or "" for box in (form.question, form.criteria)}
    if older := versions.get(form.since.data):
        asked[_("Version %(number)s", number=older.number)] = "\n".join(older.content.values())
    return {
        "work": work,
        "work_url": work_url(work),
        "reminder": kind.reminder,
        "offer": offer_protocols(form, work, used, Way.WRITING),
        "cohorts": cohorts,
        "names_author": names_author(work),
        "says_my_name": names_itself(me(), work, texts, asked),
        "shared_before": bool(used),
        "versions": len(form.since.choices) > 1,
        "coaches": queries.coach_names(me()) if may_own(me(), work) else [],
        "grace": settings["GRACE_MINUTES"],
        "lease": settings["LEASE_DAYS"],
    }


def _since(work: Work, versions: Mapping[int, Revision]) -> list[tuple[int, str]]:
    """The work as it is, or what changed since one of its versions."""
    newest = max(versions, default=0)
    shared = newest + has_unsaved(work, versions.get(newest))
    changed = (
        (number, _("What changed since version %(number)s", number=number))
        for number in range(shared - 1, 0, -1)
    )
    return [(0, _("The work as it is")), *changed]


def _ask_again(form: ShareForm) -> None:
    """Choose the version and tick the givers that the address names, as far as one knows them."""
    since, round_id = (typed_id(request.args.get(name, "")) for name in ("since", "again"))
    form.since.data = since
    found = round_with_reviews(me(), round_id)
    givers = givers_known(me(), found[0]) if found else []
    if givers:
        form.who.data, form.named.data = "named", list(givers)


def _share(work: Work, form: ShareForm) -> Round:
    protocol = one_or_404(protocol_chosen(me(), form.protocol.data))
    who = str(form.who.data)
    cohort = None
    named: Sequence[Person] = ()
    if who.startswith("cohort-"):
        ident = int(who.removeprefix("cohort-"))
        cohort = one_or_404(select(Cohort).where(Cohort.id == ident))
    else:
        named = form.people(me(), work)
    if work.clip is not None and form.looks_first and form.looks_first.chosen is not None:
        clips.look_first(me(), work.clip, on=form.looks_first.chosen)
    return services.share(
        me(),
        work,
        protocol=protocol,
        question=form.question.data or "",
        cohort=cohort,
        named=named,
        due_on=form.due_on.data,
        hides=Hides(form.hides.data),
        coach_may=form.coach_may.data,
        criteria=form.criteria.data or "",
        stage_days=form.stage_days.data,
        since=form.since.data or None,
    )
