"""What leads do about what they see."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.queries import membership
from pdportal.db import db
from pdportal.inbox.services import notify
from pdportal.insights import policy, queries
from pdportal.insights.models import Nudge
from pdportal.insights.progress import zone_of
from pdportal.modules.addresses import module_url
from pdportal.modules.models import Enrollment
from pdportal.web.errors import Refused, forbidden


def nudge(actor: Person, cohort: Cohort, person_id: int, module_id: int) -> Nudge | None:
    """Ask somebody how a module is going: a notice with the actor's name.

    Once a day for a person and a module, whoever asks: None where they were asked already.
    """
    if not policy.may_nudge(actor, cohort):
        raise forbidden()
    module = queries.assigned_module(cohort.id, module_id)
    if module is None:
        raise NotFound
    person = _person_to_nudge(actor, cohort, person_id, module_id)
    nudge = Nudge(
        cohort_id=cohort.id,
        person_id=person_id,
        module_id=module_id,
        asked_by_id=actor.id,
        on_day=clock.today(zone_of(person.time_zone)),
    )
    try:
        with db.session.begin_nested():
            db.session.add(nudge)
    except IntegrityError:
        return None
    url = module_url(module.slug)
    notify(person_id, "nudged", url, sender=actor, name=actor.name, title=module.title)
    record(actor, "nudged", nudge, cohort=cohort.id, person=person_id, module=module_id)
    return nudge


def _person_to_nudge(actor: Person, cohort: Cohort, person_id: int, module_id: int) -> Person:
    """Another member of the cohort who has not finished the module; raises where there is none."""
    if db.session.scalars(membership(cohort.id, person_id)).one_or_none() is None:
        raise NotFound
    person = db.session.get_one(Person, person_id)
    if person.id == actor.id:
        raise Refused(_("You know yourself how it is going."))
    finished = select(Enrollment.finished_at).where(
        Enrollment.person_id == person_id, Enrollment.module_id == module_id
    )
    if db.session.scalar(finished) is not None:
        raise Refused(_("%(name)s has finished it in the meantime.", name=person.name))
    return person
