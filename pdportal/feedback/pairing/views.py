"""The page on which leads arrange a cohort's feedback, and the one of a person's own wishes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import cohorts_seen_by
from pdportal.db import db
from pdportal.feedback.pairing import policy, queries, services
from pdportal.feedback.pairing.forms import ArrangeForm, PairForm
from pdportal.feedback.pairing.models import Mix, PairKind
from pdportal.feedback.pairing.rules import Party, Rules, troubles
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.views import bp, whole_number
from pdportal.web.errors import forbidden, one_or_404
from pdportal.web.pages import form_status


@bp.route("/cohorts/<int:cohort_id>", methods=["GET", "POST"])
def arrange(cohort_id: int) -> ResponseReturnValue:
    """How a cohort shares feedback out."""
    cohort = _cohort(cohort_id)
    rules = queries.rules_of(cohort.id)
    form = ArrangeForm(obj=rules)

    def act() -> bool:
        numbers = {name: form[name].data for name in ("asked", "needed", "most")}
        mixes = {name: Mix(form[name].data) for name in ("schools", "groups")}
        version = form.seen_version()
        services.arrange(me(), cohort, numbers, mixes, _groups_typed(), version=version)
        return True

    if form.attempt(act):
        flash(_("Saved. It holds for whoever is asked from now on."), "success")
        return redirect(url_for(".arrange", cohort_id=cohort.id))
    return _page(cohort, rules, form=form)


@bp.post("/cohorts/<int:cohort_id>/pairs")
def set_pair(cohort_id: int) -> ResponseReturnValue:
    """Two people who meet always or never."""
    cohort, form = _cohort(cohort_id), PairForm()
    people = {row.id: row for row in queries.parties(cohort.id)}
    form.offer(people.values())

    def act() -> bool:
        pair = [db.session.get_one(Person, box.data) for box in (form.person, form.other)]
        kind = PairKind(form.kind.data)
        services.set_pair(me(), cohort, kind, pair[0], pair[1], form.reason.data or "")
        return True

    if form.attempt(act):
        flash(_("Saved. Only leads see this rule."), "success")
        return redirect(url_for(".arrange", cohort_id=cohort.id, _anchor="pairs"))
    return _page(cohort, queries.rules_of(cohort.id), pair=form)


@bp.post("/cohorts/<int:cohort_id>/pairs/<int:rule_id>/remove")
def remove_pair(cohort_id: int, rule_id: int) -> ResponseReturnValue:
    """Let two people meet as chance has it."""
    cohort = _cohort(cohort_id)
    services.remove_pair(me(), cohort, rule_id)
    flash(_("Removed."))
    return redirect(url_for(".arrange", cohort_id=cohort.id, _anchor="pairs"))


@bp.route("/not-with", methods=["GET", "POST"])
def not_with() -> ResponseReturnValue:
    """With whom one would rather not be paired: nobody else reads this page."""
    form = NamingForm()
    if form.is_submitted() and "find" not in request.form:
        people = form.people(me())
        for person in people:
            services.wish_apart(me(), person)
        flash(_("Saved. Only you see this.") if people else _("Choose a colleague first."))
        return redirect(url_for(".not_with"))
    wishes = queries.wishes_of(me())
    return render_template("feedback/not_with.html", form=form, wishes=wishes, **form.offer(me()))


@bp.post("/not-with/<int:rule_id>/remove")
def end_wish(rule_id: int) -> ResponseReturnValue:
    """Meet them again."""
    services.end_wish(me(), rule_id)
    flash(_("Removed."))
    return redirect(url_for(".not_with"))


def _cohort(cohort_id: int) -> Cohort:
    cohort = one_or_404(
        select(Cohort).where(
            Cohort.id == cohort_id,
            Cohort.id.in_(cohorts_seen_by(me()).with_only_columns(Cohort.id)),
        )
    )
    if not policy.may_see_pairs(me(), cohort):
        raise forbidden()
    return cohort


def _page(
    cohort: Cohort,
    rules: Rules,
    form: ArrangeForm | None = None,
    pair: PairForm | None = None,
) -> ResponseReturnValue:
    people, sent = queries.parties(cohort.id), pair or form
    form = form or ArrangeForm(None, obj=rules)
    if pair is None:
        pair = PairForm(None)
        pair.offer(people)
    names = {row.id: row.name for row in people}
    typed = _groups_typed()
    groups = {row.id: typed.get(row.id, row.group_name) for row in people}
    return (
        render_template(
            "feedback/arrange.html",
            cohort=cohort,
            form=form,
            pair=pair,
            people=people,
            groups=groups,
            names=names,
            needed=rules.needed,
            pairs=queries.pairs_of(cohort.id),
            troubles=troubles(rules, [Party(*row[:3]) for row in people]),
            may_arrange=policy.may_arrange(me(), cohort),
        ),
        form_status(sent or pair),
    )


def _groups_typed() -> dict[int, str]:
    boxes: dict[int, Any] = {
        whole_number(name.removeprefix("group-")): value
        for name, value in request.form.items()
        if name.startswith("group-")
    }
    return {ident: value for ident, value in boxes.items() if ident}
