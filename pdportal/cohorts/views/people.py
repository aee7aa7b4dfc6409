"""Pages about who is in a cohort."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.accounts.pasted import Fault
from pdportal.accounts.policy import leads_where
from pdportal.cohorts import joining, policy, queries, services
from pdportal.cohorts.forms import PasteForm
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.opened import run_cohort
from pdportal.cohorts.views.blueprint import bp, posted_ids
from pdportal.db import db
from pdportal.web.errors import one_or_404
from pdportal.web.requests import LARGEST_ID


@bp.get("/cohorts/<int:cohort_id>/people")
def people(cohort_id: int) -> ResponseReturnValue:
    """The members of a cohort, and a form to add more."""
    return _people_page(run_cohort(cohort_id), PasteForm())


@bp.post("/cohorts/<int:cohort_id>/people")
def add_people(cohort_id: int) -> ResponseReturnValue:
    """Add the people who were ticked."""
    cohort = run_cohort(cohort_id)
    ids = posted_ids("person")
    chosen = db.session.scalars(queries.people_by_id(me(), ids)).all() if ids else []
    if not chosen:
        flash(_("Select the people to add first."))
        return redirect(url_for(".people", cohort_id=cohort.id))
    _say_added(services.add_people(me(), cohort, chosen))
    return redirect(url_for(".people", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/people/paste")
def paste_people(cohort_id: int) -> ResponseReturnValue:
    """Add everybody whose address was pasted; with a wrong line nobody is added."""
    cohort = run_cohort(cohort_id)
    form = PasteForm()
    if form.validate_on_submit():
        try:
            added = services.add_by_address(me(), cohort, form.addresses.data or "")
        except services.WrongLines as wrong:
            form.addresses.errors = [*form.addresses.errors, wrong.message]
            return _people_page(cohort, form, faults=wrong.faults), 422
        _say_added(added)
        return redirect(url_for(".people", cohort_id=cohort.id))
    return _people_page(cohort, form), 422


@bp.post("/cohorts/<int:cohort_id>/people/<int:person_id>/remove")
def remove_person(cohort_id: int, person_id: int) -> ResponseReturnValue:
    """Remove a person from a cohort."""
    cohort = run_cohort(cohort_id)
    person = one_or_404(queries.person_in_district(me(), person_id))
    services.remove_person(me(), cohort, person)
    flash(
        _(
            "%(name)s is no longer in this cohort. What they did stays; you can add them again.",
            name=person.name,
        )
    )
    return redirect(url_for(".people", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/people/<int:person_id>/withdraw")
def withdraw_request(cohort_id: int, person_id: int) -> ResponseReturnValue:
    """Take back what somebody was asked and has not answered."""
    cohort = run_cohort(cohort_id)
    joining.withdraw(me(), cohort, person_id)
    flash(_("They are no longer asked."))
    return redirect(url_for(".people", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/people/<int:person_id>/facilitate")
def let_facilitate(cohort_id: int, person_id: int) -> ResponseReturnValue:
    """Make a member a facilitator, or undo it."""
    cohort = run_cohort(cohort_id)
    person = one_or_404(queries.person_in_district(me(), person_id))
    facilitates = request.form.get("facilitates") == "yes"
    services.let_facilitate(me(), cohort, person, facilitates)
    flash(
        _("%(name)s facilitates this cohort now.", name=person.name)
        if facilitates
        else _("%(name)s no longer facilitates this cohort.", name=person.name)
    )
    if not policy.may_run(me(), cohort):
        return redirect(url_for(".cohort_page", cohort_id=cohort.id))
    return redirect(url_for(".people", cohort_id=cohort.id))


def _people_page(cohort: Cohort, form: PasteForm, faults: Iterable[Fault] = ()) -> str:
    words = request.args.get("q", "").strip()[:120]
    school_id = (
        request.args.get("school", type=int) if "school" in request.args else cohort.school_id
    )
    if school_id is not None and not 0 < school_id <= LARGEST_ID:
        school_id = None
    members = db.session.execute(queries.members_and_asked(cohort.id)).all()
    found = db.session.execute(queries.people_to_add(me(), cohort, words, school_id)).all()
    return render_template(
        "cohorts/people.html",
        cohort=cohort,
        form=form,
        faults=list(faults),
        members=[row for row in members if not row.is_asked],
        asked=[row for row in members if row.is_asked],
        found=found[: queries.FOUND],
        more=len(found) > queries.FOUND,
        words=words,
        school_id=school_id,
        schools=db.session.execute(queries.schools_to_add_from(me(), cohort)).all(),
        leads=leads_where(me(), cohort),
    )


def _say_added(added: services.Added) -> None:
    if added.joined:
        flash(
            ngettext(
                "%(num)s person joined. They were told.",
                "%(num)s people joined. They were told.",
                len(added.joined),
            )
        )
    if added.asked:
        flash(
            ngettext(
                "%(num)s person was asked to join. They are in once they say yes.",
                "%(num)s people were asked to join. They are in once they say yes.",
                len(added.asked),
            )
        )
    if not added.joined and not added.asked:
        flash(_("They were all in the cohort already, or have been asked."))
