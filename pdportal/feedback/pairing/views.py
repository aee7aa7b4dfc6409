"""The page on which leads arrange a cohort's feedback, and the one of a person's own wishes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.opened import led_cohort
from pdportal.db import db
from pdportal.feedback.pairing import policy, queries, services
from pdportal.feedback.pairing.forms import ArrangeForm, PairForm
from pdportal.feedback.pairing.models import Mix, PairKind
from pdportal.feedback.pairing.rules import troubles
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.views import bp
from pdportal.web.pages import form_status, render_form
from pdportal.web.requests import typed_id


@bp.route("/cohorts/<int:cohort_id>", methods=["GET", "POST"])
def arrange(cohort_id: int) -> ResponseReturnValue:
    """How a cohort shares feedback out."""
    cohort = led_cohort(cohort_id)
    form = ArrangeForm(obj=queries.rules_of(cohort.id))

    def act() -> bool:
        numbers = {name: form[name].data for name in ("asked", "needed", "most")}
        mixes = {name: Mix(form[name].data) for name in ("schools", "groups")}
        version = form.seen_version()
        services.arrange(me(), cohort, numbers, mixes, _groups_typed(), version=version)
        return True

    if form.attempt(act):
        flash(_("Saved. It holds for whoever is asked from now on."), "success")
        return redirect(url_for(".arrange", cohort_id=cohort.id))
    return _page(cohort, form), form_status(form)


@bp.post("/cohorts/<int:cohort_id>/pairs")
def set_pair(cohort_id: int) -> ResponseReturnValue:
    """Two people who meet always or never."""
    cohort, pair = led_cohort(cohort_id), PairForm()
    pair.offer(queries.parties(cohort.id))

    def act() -> bool:
        person, other = (db.session.get_one(Person, box.data) for box in (pair.person, pair.other))
        kind, reason = PairKind(pair.kind.data), pair.reason.data or ""
        services.set_pair(me(), cohort, kind, person, other, reason)
        return True

    if pair.attempt(act):
        flash(_("Saved. Only leads see this rule."), "success")
        return redirect(url_for(".arrange", cohort_id=cohort.id, _anchor="pairs"))
    form = ArrangeForm(None, obj=queries.rules_of(cohort.id))
    return _page(cohort, form, pair), form_status(pair)


@bp.post("/cohorts/<int:cohort_id>/pairs/<int:rule_id>/remove")
def remove_pair(cohort_id: int, rule_id: int) -> ResponseReturnValue:
    """Let two people meet as chance has it."""
    services.remove_pair(me(), led_cohort(cohort_id), rule_id)
    flash(_("Removed."))
    return redirect(url_for(".arrange", cohort_id=cohort_id, _anchor="pairs"))


@bp.route("/not-with", methods=["GET", "POST"])
def not_with() -> ResponseReturnValue:
    """With whom one would rather not be paired: nobody else reads this page."""
    form = NamingForm()

    def act() -> bool:
        people = form.people(me())
        for person in people:
            services.wish_apart(me(), person)
        flash(_("Saved. Only you see this.") if people else _("Choose a colleague first."))
        return True

    if form.attempt(act):
        return redirect(url_for(".not_with"))
    wishes = queries.wishes_of(me())
    return render_form("feedback/not_with.html", form, wishes=wishes, **form.offer(me()))


@bp.post("/not-with/<int:rule_id>/remove")
def end_wish(rule_id: int) -> ResponseReturnValue:
    """Meet them again."""
    services.end_wish(me(), rule_id)
    flash(_("Removed."))
    return redirect(url_for(".not_with"))


def _page(cohort: Cohort, form: ArrangeForm, pair: PairForm | None = None) -> str:
    people = queries.parties(cohort.id)
    if pair is None:
        pair = PairForm(None)
        pair.offer(people)
    return render_template(
        "feedback/arrange.html",
        cohort=cohort,
        form=form,
        pair=pair,
        people=people,
        typed=_groups_typed(),
        pairs=queries.pairs_of(cohort.id),
        troubles=troubles(queries.rules_of(cohort.id), people),
        may_arrange=policy.may_arrange(me(), cohort),
    )


def _groups_typed() -> dict[int, str]:
    boxes = request.form.items()
    typed = {typed_id(name[6:]): text for name, text in boxes if name.startswith("group-")}
    return {ident: text for ident, text in typed.items() if ident}
