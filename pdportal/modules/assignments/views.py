"""Giving modules to a cohort: for those who run it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields import SelectChoice

from pdportal.accounts import me
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import cohorts_seen_by
from pdportal.db import db
from pdportal.modules import policy
from pdportal.modules.assignments import queries, services
from pdportal.modules.assignments.forms import AssignForm, DateForm
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments.queries import prerequisites
from pdportal.modules.library.queries import PER_PAGE, Wish, library, library_page
from pdportal.modules.models import Assignment, Module
from pdportal.modules.parts import Line
from pdportal.web.errors import Refused, forbidden, one_or_404
from pdportal.web.pages import form_status


@bp.route("/cohorts/<int:cohort_id>/assign", methods=["GET", "POST"])
def assign(cohort_id: int) -> ResponseReturnValue:
    """Choose a module, a date and a why; what is given already stands beside it."""
    cohort = _cohort(cohort_id)
    form = AssignForm()
    assigned = {row.slug: row for row in queries.assignments_of(cohort.id)}
    form.note_stored(assigned)
    if form.attempt(lambda: services.assign(me(), cohort, **form.answers())):
        flash(_("Assigned. Everybody in %(cohort)s sees it first.", cohort=cohort.name))
        return redirect(url_for(".assign", cohort_id=cohort.id))
    return _page(cohort, form, assigned), form_status(form)


def _page(
    cohort: Cohort,
    form: AssignForm,
    assigned: dict[str, Line],
    date_form: DateForm | None = None,
) -> str:
    """The form for the module that is chosen, or else modules to choose from."""
    if not form.is_submitted():
        form.fill(request.args.get("module", ""), assigned)
    module = _module(form.module.data or "")
    if module and module.slug in assigned and date_form is None:
        date_form = _date_form(assigned[module.slug].id, formdata=None)
    words = request.args.get("q", "")[:200].strip()
    page = library_page(request.args.get("page", "1")[:6])
    rows: Sequence[Line] = []
    if module is None:
        rows, _every = library(me(), Wish(words=words, page=page))
    return render_template(
        "modules/assign.html",
        cohort=cohort,
        form=form,
        chosen=module and module.current,
        slug=module and module.slug,
        assigned=assigned,
        date_form=date_form,
        before=prerequisites(me(), module.current.prerequisites)
        if module and module.current
        else [],
        words=words,
        rows=rows,
        page=page,
        more=bool(rows) and rows[0].all_of_them > page * PER_PAGE,
    )


@bp.post("/cohorts/<int:cohort_id>/assign/<int:assignment_id>/date")
def give_date(cohort_id: int, assignment_id: int) -> ResponseReturnValue:
    """Give one person another date."""
    cohort = _cohort(cohort_id)
    assignment = _assignment(cohort, assignment_id)
    form = _date_form(assignment.id)
    if form.attempt(lambda: services.give_date(me(), assignment, form.person.data, _day(form))):
        flash(_("Their date is changed, and nobody else’s."))
        return redirect(url_for(".assign", cohort_id=cohort.id, module=assignment.module.slug))
    assigned = {row.slug: row for row in queries.assignments_of(cohort.id)}
    assign_form = AssignForm(formdata=None)
    assign_form.fill(assignment.module.slug, assigned)
    return _page(cohort, assign_form, assigned, form), 422


def _day(form: DateForm) -> date:
    assert form.day.data is not None  # noqa: S101  # the form asks for it
    return form.day.data


def _date_form(assignment_id: int, **given: Any) -> DateForm:
    form = DateForm(**given)
    people = queries.members_of(assignment_id)
    form.person.choices = [SelectChoice(row.id, row.name) for row in people]
    form.own_dates = [(row.name, row.due_on) for row in people if row.due_on]
    return form


def _assignment(cohort: Cohort, assignment_id: int) -> Assignment:
    return one_or_404(
        select(Assignment).where(Assignment.id == assignment_id, Assignment.cohort_id == cohort.id)
    )


@bp.post("/cohorts/<int:cohort_id>/assign/<int:assignment_id>/end")
def end_assignment(cohort_id: int, assignment_id: int) -> ResponseReturnValue:
    """Take a module back; what people did in it stays theirs."""
    cohort = _cohort(cohort_id)
    assignment = _assignment(cohort, assignment_id)
    services.end_assignment(me(), assignment)
    flash(_("Assignment removed. What people have done in it stays theirs."))
    return redirect(url_for(".assign", cohort_id=cohort.id))


def _cohort(cohort_id: int) -> Cohort:
    cohort = one_or_404(cohorts_seen_by(me()).where(Cohort.id == cohort_id))
    if not policy.may_assign(me(), cohort):
        if not cohort.is_open:
            raise Refused(_("This cohort is closed."), status=403)
        raise forbidden()
    return cohort


def _module(slug: str) -> Module | None:
    if not slug or len(slug) > 80:
        return None
    return db.session.scalars(policy.modules_seen_by(me()).where(Module.slug == slug)).one_or_none()
