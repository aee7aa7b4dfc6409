"""The page that says who writes a work, and asks whoever is asked to."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.feedback.views import bp, show
from pdportal.feedback.works import policy as work_policy
from pdportal.feedback.works.models import Work
from pdportal.feedback.writers import policy, queries, services
from pdportal.web.errors import Refused, one_or_404, or_404
from pdportal.web.requests import typed_number


@bp.route("/works/<int:work_id>/writers", methods=["GET", "POST"])
def writers(work_id: int) -> ResponseReturnValue:
    """Who writes it with me, and whom I could ask; or the question whether I would."""
    work = _work(work_id)
    may_invite = policy.may_invite(me(), work)
    if request.method == "POST":
        try:
            services.invite(me(), work, typed_number("person"))
            flash(_("Asked. They read it once they say yes."), "success")
        except Refused as refused:
            show(refused)
        return redirect(url_for(".writers", work_id=work_id))
    if not work_policy.may_write(me(), work):
        return render_template("feedback/asked_to_write.html", work=work)
    words = request.args.get("q", "")[:120].strip()
    return render_template(
        "feedback/writers.html",
        work=work,
        words=words,
        mine=work_policy.may_own(me(), work),
        may_invite=may_invite,
        people=queries.people_to_invite(work, words) if may_invite else [],
    )


@bp.post("/works/<int:work_id>/writers/answer")
def answer_to_write(work_id: int) -> ResponseReturnValue:
    """Write it with them, or not."""
    work, yes = _work(work_id), "yes" in request.form
    services.answer(me(), work, yes=yes)
    if not yes:
        flash(_("You said no. They are told, without a reason."), "info")
        return redirect(url_for(".index"))
    flash(_("You write this together now."), "success")
    return redirect(url_for(".work_page", work_id=work_id))


@bp.post("/works/<int:work_id>/writers/leave")
def leave_work(work_id: int) -> ResponseReturnValue:
    """Write it no more."""
    services.leave(me(), _work(work_id))
    flash(_("You no longer write it. The versions you saved stay there."), "success")
    return redirect(url_for(".index"))


@bp.post("/works/<int:work_id>/writers/<int:person_id>/remove")
def take_off(work_id: int, person_id: int) -> ResponseReturnValue:
    """Let somebody write it no more."""
    work = _work(work_id)
    services.take_off(me(), work, _writer(work, person_id))
    flash(_("Done. They can no longer read it."), "success")
    return redirect(url_for(".writers", work_id=work_id))


@bp.post("/works/<int:work_id>/writers/<int:person_id>/hand-over")
def hand_over(work_id: int, person_id: int) -> ResponseReturnValue:
    """Let somebody who writes it with me answer for it."""
    work = _work(work_id)
    person = _writer(work, person_id)
    services.hand_over(me(), work, person)
    flash(_("It is %(name)s’s now. You still write it together.", name=person.name), "success")
    return redirect(url_for(".writers", work_id=work_id))


def _work(work_id: int) -> Work:
    return one_or_404(queries.work_of_writers(me(), work_id))


def _writer(work: Work, person_id: int) -> Person:
    place = or_404(queries.asked_or_writing(work, person_id))
    return place.person
