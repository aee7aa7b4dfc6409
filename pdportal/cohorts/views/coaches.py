"""Pages about who coaches whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Row

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.accounts.policy import people_seen_by
from pdportal.cohorts import queries, services
from pdportal.cohorts.opened import led_cohort
from pdportal.cohorts.views.blueprint import bp, posted_ids
from pdportal.db import db
from pdportal.web.errors import Refused, one_or_404


@bp.get("/cohorts/<int:cohort_id>/coaches")
def cohort_coaches(cohort_id: int) -> ResponseReturnValue:
    """Who coaches the people of a cohort."""
    cohort = led_cohort(cohort_id)
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
    cohort = led_cohort(cohort_id)
    here = url_for(".cohort_coaches", cohort_id=cohort.id)
    ids = posted_ids("person")
    in_cohort = {row.person_id for row in db.session.execute(queries.members_of(cohort.id))}
    teachers = (
        db.session.scalars(queries.people_by_id(me(), in_cohort.intersection(ids))).all()
        if ids
        else []
    )
    coach = _chosen_coach()
    teachers = [teacher for teacher in teachers if coach is None or teacher.id != coach.id]
    if coach is None or not teachers:
        flash(_("Select people and choose a coach for them."))
        return redirect(here)
    for teacher in teachers:
        services.link_coach(me(), coach, teacher)
    flash(
        ngettext(
            "%(coach)s coaches %(num)s person you selected. Both were told.",
            "%(coach)s coaches the %(num)s people you selected. All were told.",
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
    coach = _chosen_coach()
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
    coaching = one_or_404(queries.link(person.id, coaching_id))
    services.unlink_coach(me(), coaching)
    flash(
        _(
            "%(coach)s no longer coaches %(name)s. Both were told.",
            coach=coaching.coach.name,
            name=person.name,
        )
    )
    return redirect(url_for(".person_coaches", person_id=person.id))


def _person_to_lead(person_id: int) -> Person:
    return one_or_404(people_seen_by(me()).where(Person.id == person_id))


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
    links_by_teacher: dict[int, list[Row[Any]]] = defaultdict(list)
    for link in links:
        links_by_teacher[link.teacher_id].append(link)
    return links_by_teacher


def _chosen_coach() -> Person | None:
    ids = posted_ids("coach")
    if len(ids) != 1:
        return None
    return db.session.scalars(queries.coach_by_id(me(), ids.pop())).one_or_none()
