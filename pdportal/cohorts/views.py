"""Pages about cohorts, who is in them, and who coaches whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Row
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.accounts.policy import leads_district, leads_where, people_seen_by
from pdportal.accounts.queries import schools_led_by
from pdportal.cohorts import policy, queries, services
from pdportal.cohorts.forms import CohortForm, NewCohortForm, PasteForm
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.web.errors import Refused, forbidden, one_or_404
from pdportal.web.pages import render_form
from pdportal.web.requests import LARGEST_ID

bp = Blueprint("cohorts", __name__)


@bp.get("/cohorts")
def cohort_list() -> ResponseReturnValue:
    """The cohorts I run and those I am in."""
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows = db.session.execute(queries.cohort_list(me(), page)).all()
    return render_template(
        "cohorts/cohort_list.html",
        cohorts=rows[: queries.PAGE],
        page=page,
        more=len(rows) > queries.PAGE,
        may_create=policy.may_create(me()),
    )


@bp.route("/cohorts/new", methods=["GET", "POST"])
def new_cohort() -> ResponseReturnValue:
    """Begin a cohort."""
    if not policy.may_create(me()):
        raise forbidden()
    form = NewCohortForm()
    form.offer(schools_led_by(me()), everywhere=leads_district(me()))
    if form.validate_on_submit():
        try:
            cohort = services.create_cohort(me(), **form.answers())
        except Refused as refused:
            return _say_in_form(refused, "cohorts/new_cohort.html", form)
        flash(_("“%(name)s” is made. Now add its people.", name=cohort.name))
        return redirect(url_for(".people", cohort_id=cohort.id))
    return render_form("cohorts/new_cohort.html", form)


@bp.get("/cohorts/<int:cohort_id>")
def cohort_page(cohort_id: int) -> ResponseReturnValue:
    """Who learns together, and when; whoever runs the cohort goes to how it is doing."""
    cohort, runs = _seen(cohort_id)
    if runs:
        return redirect(url_for("insights.progress", cohort_id=cohort.id))
    members = db.session.execute(queries.members_of(cohort.id)).all()
    return render_template("cohorts/cohort_page.html", cohort=cohort, members=members)


@bp.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
def edit_cohort(cohort_id: int) -> ResponseReturnValue:
    """Change a cohort's name, dates and what it is about."""
    cohort = _to_run(cohort_id)
    form = CohortForm(obj=cohort)
    may_close = policy.may_close(me(), cohort)
    if form.validate_on_submit():
        try:
            services.change_cohort(me(), cohort, **form.answers(), version=form.seen_version())
        except Refused as refused:
            context = {"cohort": cohort, "may_close": may_close}
            return _say_in_form(refused, "cohorts/edit_cohort.html", form, **context)
        flash(_("Saved."))
        return redirect(url_for(".cohort_page", cohort_id=cohort.id))
    return render_form("cohorts/edit_cohort.html", form, cohort=cohort, may_close=may_close)


@bp.post("/cohorts/<int:cohort_id>/close")
def close_cohort(cohort_id: int) -> ResponseReturnValue:
    """End a cohort."""
    cohort = _to_run(cohort_id)
    services.close_cohort(me(), cohort)
    flash(_("“%(name)s” is closed. You can open it again at any time.", name=cohort.name))
    return redirect(url_for(".edit_cohort", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/reopen")
def reopen_cohort(cohort_id: int) -> ResponseReturnValue:
    """Let a closed cohort go on."""
    cohort = _to_run(cohort_id)
    services.reopen_cohort(me(), cohort)
    flash(_("“%(name)s” is open again.", name=cohort.name))
    return redirect(url_for(".edit_cohort", cohort_id=cohort.id))


@bp.get("/cohorts/<int:cohort_id>/people")
def people(cohort_id: int) -> ResponseReturnValue:
    """Who is in a cohort, and adding more."""
    return _people_page(_to_run(cohort_id), PasteForm())


@bp.post("/cohorts/<int:cohort_id>/people")
def add_people(cohort_id: int) -> ResponseReturnValue:
    """Add the people who were ticked."""
    cohort = _to_run(cohort_id)
    ids = _ids("person")
    chosen = db.session.scalars(queries.people_by_id(me(), ids)).all() if ids else []
    if not chosen:
        flash(_("Tick the people to add first."))
        return redirect(url_for(".people", cohort_id=cohort.id))
    _say_joined(len(services.add_people(me(), cohort, chosen)))
    return redirect(url_for(".people", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/people/paste")
def paste_people(cohort_id: int) -> ResponseReturnValue:
    """Add everybody whose address was pasted, or nobody and say which lines need a look."""
    cohort = _to_run(cohort_id)
    form = PasteForm()
    if form.validate_on_submit():
        try:
            joined = services.add_by_address(me(), cohort, form.addresses.data or "")
        except services.WrongLines as wrong:
            form.addresses.errors = [*form.addresses.errors, wrong.message]
            return _people_page(cohort, form, faults=wrong.faults), 422
        _say_joined(len(joined))
        return redirect(url_for(".people", cohort_id=cohort.id))
    return _people_page(cohort, form), 422


@bp.post("/cohorts/<int:cohort_id>/people/<int:person_id>/remove")
def remove_person(cohort_id: int, person_id: int) -> ResponseReturnValue:
    """Somebody leaves a cohort."""
    cohort = _to_run(cohort_id)
    person = one_or_404(queries.person_in_district(me(), person_id))
    services.remove_person(me(), cohort, person)
    flash(
        _(
            "%(name)s is no longer in this cohort. What they did stays; you can add them again.",
            name=person.name,
        )
    )
    return redirect(url_for(".people", cohort_id=cohort.id))


@bp.post("/cohorts/<int:cohort_id>/people/<int:person_id>/facilitate")
def let_facilitate(cohort_id: int, person_id: int) -> ResponseReturnValue:
    """Let somebody facilitate, or no longer."""
    cohort = _to_run(cohort_id)
    person = one_or_404(queries.person_in_district(me(), person_id))
    facilitates = request.form.get("facilitates") == "yes"
    services.let_facilitate(me(), cohort, person, facilitates)
    said = (
        _("%(name)s facilitates this cohort now.", name=person.name)
        if facilitates
        else _("%(name)s no longer facilitates this cohort.", name=person.name)
    )
    flash(said)
    if not policy.may_run(me(), cohort):
        return redirect(url_for(".cohort_page", cohort_id=cohort.id))
    return redirect(url_for(".people", cohort_id=cohort.id))


@bp.get("/cohorts/<int:cohort_id>/coaches")
def cohort_coaches(cohort_id: int) -> ResponseReturnValue:
    """Who coaches the people of a cohort."""
    cohort = _to_lead(cohort_id)
    return render_template(
        "cohorts/cohort_coaches.html",
        cohort=cohort,
        members=db.session.execute(queries.members_led_by(me(), cohort.id)).all(),
        links=_by_teacher(db.session.execute(queries.links_in_cohort(cohort.id)).all()),
        coaches=db.session.execute(queries.coaches_in(me())).all(),
    )


@bp.post("/cohorts/<int:cohort_id>/coaches")
def link_in_cohort(cohort_id: int) -> ResponseReturnValue:
    """Link one coach with the people who were ticked."""
    cohort = _to_lead(cohort_id)
    here = url_for(".cohort_coaches", cohort_id=cohort.id)
    ids = _ids("person")
    in_cohort = {row.person_id for row in db.session.execute(queries.members_of(cohort.id))}
    teachers = (
        db.session.scalars(queries.people_by_id(me(), in_cohort.intersection(ids))).all()
        if ids
        else []
    )
    coach = _coach_chosen()
    teachers = [teacher for teacher in teachers if coach is None or teacher.id != coach.id]
    if coach is None or not teachers:
        flash(_("Tick people and choose a coach for them."))
        return redirect(here)
    for teacher in teachers:
        services.link_coach(me(), coach, teacher)
    flash(
        ngettext(
            "%(coach)s coaches %(num)s person you ticked. Both were told.",
            "%(coach)s coaches the %(num)s people you ticked. All were told.",
            len(teachers),
            coach=coach.name,
        )
    )
    return redirect(here)


@bp.get("/people/<int:person_id>/coaches")
def person_coaches(person_id: int) -> ResponseReturnValue:
    """Who coaches somebody."""
    return _coaches_page(_person_to_lead(person_id))


@bp.post("/people/<int:person_id>/coaches")
def link_coach(person_id: int) -> ResponseReturnValue:
    """Link a coach with somebody."""
    person = _person_to_lead(person_id)
    coach = _coach_chosen()
    if coach is None:
        return _coaches_page(person, mistake=_("Choose a coach.")), 422
    try:
        services.link_coach(me(), coach, person)
    except Refused as refused:
        if refused.field is None:
            raise
        return _coaches_page(person, mistake=refused.message), refused.status
    flash(_("%(coach)s coaches %(name)s now. Both were told.", coach=coach.name, name=person.name))
    return redirect(url_for(".person_coaches", person_id=person.id))


@bp.post("/people/<int:person_id>/coaches/<int:coaching_id>/end")
def unlink_coach(person_id: int, coaching_id: int) -> ResponseReturnValue:
    """End the link between a coach and somebody."""
    person = _person_to_lead(person_id)
    coaching = one_or_404(queries.link(me(), coaching_id))
    if coaching.teacher_id != person.id:
        abort(404)
    services.unlink_coach(me(), coaching)
    flash(
        _(
            "%(coach)s no longer coaches %(name)s. Both were told.",
            coach=coaching.coach.name,
            name=person.name,
        )
    )
    return redirect(url_for(".person_coaches", person_id=person.id))


def _seen(cohort_id: int) -> tuple[Cohort, bool]:
    opened = queries.cohort_opened(me(), cohort_id)
    if opened is None:
        raise _ended() if policy.was_in_when_it_closed(me(), cohort_id) else NotFound
    return opened


def _ended() -> Refused:
    return Refused(
        _("This cohort has ended. What you learned, wrote and received in it is still yours."),
        status=404,
    )


def _to_run(cohort_id: int) -> Cohort:
    cohort, runs = _seen(cohort_id)
    if not runs:
        raise forbidden()
    return cohort


def _to_lead(cohort_id: int) -> Cohort:
    cohort = _to_run(cohort_id)
    if not leads_where(me(), cohort):
        raise forbidden()
    return cohort


def _person_to_lead(person_id: int) -> Person:
    return one_or_404(people_seen_by(me()).where(Person.id == person_id))


def _people_page(cohort: Cohort, form: PasteForm, faults: Iterable[str] = ()) -> str:
    words = request.args.get("q", "").strip()[:120]
    school_id = (
        request.args.get("school", type=int) if "school" in request.args else cohort.school_id
    )
    if school_id is not None and not 0 < school_id <= LARGEST_ID:
        school_id = None
    found = db.session.execute(queries.people_to_add(me(), cohort, words, school_id)).all()
    return render_template(
        "cohorts/people.html",
        cohort=cohort,
        form=form,
        faults=list(faults),
        members=db.session.execute(queries.members_of(cohort.id)).all(),
        found=found[: queries.FOUND],
        more=len(found) > queries.FOUND,
        words=words,
        school_id=school_id,
        schools=db.session.execute(queries.schools_to_add_from(me(), cohort)).all(),
        leads=leads_where(me(), cohort),
    )


def _coaches_page(person: Person, mistake: str = "") -> str:
    links = db.session.execute(queries.links_of([person.id])).all()
    linked = {link.coach_id for link in links}
    coaches = db.session.execute(queries.coaches_in(me())).all()
    return render_template(
        "cohorts/person_coaches.html",
        person=person,
        links=links,
        coaches=[c for c in coaches if c.id not in linked and c.id != person.id],
        mistake=mistake,
        person_url=url_for("accounts.person", person_id=person.id),
    )


def _by_teacher(links: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for link in links:
        found[link.teacher_id].append(link)
    return found


def _coach_chosen() -> Person | None:
    ids = _ids("coach")
    if len(ids) != 1:
        return None
    return db.session.scalars(queries.coach_by_id(me(), ids.pop())).one_or_none()


def _ids(name: str) -> set[int]:
    typed = (int(one) for one in request.form.getlist(name) if one.isdecimal() and len(one) < 11)
    return {ident for ident in typed if ident <= LARGEST_ID}


def _say_joined(count: int) -> None:
    if count:
        flash(
            ngettext(
                "%(num)s person joined. They were told.",
                "%(num)s people joined. They were told.",
                count,
            )
        )
    else:
        flash(_("They were all in the cohort already."))


def _say_in_form(
    refused: Refused, template: str, form: CohortForm, **context: Any
) -> ResponseReturnValue:
    """The form again with what was typed, and why it was not stored."""
    if refused.status == 403:
        raise refused
    form.show(refused)
    return render_template(template, form=form, **context), refused.status
