"""What leads do about what they see."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

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
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import allocation
from pdportal.feedback.rounds.models import Round
from pdportal.inbox.services import address, notify
from pdportal.insights import policy, queries
from pdportal.insights.models import Nudge
from pdportal.insights.progress import zone_of
from pdportal.modules.addresses import module_url
from pdportal.modules.assignments.services import assign
from pdportal.modules.models import Enrollment
from pdportal.web.errors import Refused, forbidden

MORE_TIME = timedelta(days=7)


def nudge(actor: Person, cohort: Cohort, person_id: int, module_id: int) -> Nudge | None:
    """Ask somebody how a module is going: a notice with the actor's name.

    Once a day for a person and a module, whoever asks: None where they were asked already.
    """
    _help(actor, cohort)
    module = _assigned_module(cohort, module_id)
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


def ask_another(actor: Person, cohort: Cohort, round_id: int) -> bool:
    """Ask one more colleague, at last the author's coach, for feedback that somebody waits for.

    The actor learns only whether there was anybody left to ask.
    """
    _help(actor, cohort)
    round_, _wait = _waiting_round(cohort, round_id)
    asked = allocation.ask_one_more(round_, but_not=actor.id)
    if asked:
        record(actor, "asked_another", round_, cohort=cohort.id)
    return asked


def step_in(actor: Person, cohort: Cohort, round_id: int) -> Review:
    """Give the feedback oneself, as a member of the cohort that was asked for it."""
    _help(actor, cohort)
    round_, wait = _waiting_round(cohort, round_id)
    author = round_.work.author
    if author.id == actor.id:
        raise Refused(_("This is your own work."))
    mine = select(Review).where(Review.round_id == round_.id, Review.reviewer_id == actor.id)
    review = db.session.scalars(mine).one_or_none()
    if review is not None and review.released_at is not None:
        raise Refused(_("You were asked before, and it went on to somebody else."))
    if review is None:
        _require_step_in(actor, cohort, wait)
        review = allocation.ask(round_, [actor.id])[0]
        url = address("feedback.round_page", round_id=round_.id)
        notify(author.id, "stepped_in", url, sender=actor, name=actor.name, title=round_.work.title)
        record(actor, "stepped_in", review, cohort=cohort.id)
    return review


def extend(actor: Person, cohort: Cohort, module_id: int, today: date) -> date:
    """Give everybody of the cohort `MORE_TIME` more for a module; returns its new date."""
    _help(actor, cohort)
    module = _assigned_module(cohort, module_id)
    due_on: date = max(module.due_on or today, today) + MORE_TIME
    assign(actor, cohort, module.slug, due_on=due_on, why=module.why)
    return due_on


def nudge_all(actor: Person, cohort: Cohort, pairs: Iterable[tuple[int, int]]) -> int:
    """Ask several people, each about a module; returns how many were asked now.

    Left out are those who are done by now, have left, or were asked today already.
    """
    _help(actor, cohort)
    count = 0
    for person_id, module_id in pairs:
        with suppress(Refused, NotFound):
            count += nudge(actor, cohort, person_id, module_id) is not None
    return count


def ask_for_all(actor: Person, cohort: Cohort, round_ids: Iterable[int]) -> int:
    """Ask one more colleague for each request that still waits; returns for how many."""
    _help(actor, cohort)
    count = 0
    for round_id in round_ids:
        with suppress(Refused, NotFound):
            count += ask_another(actor, cohort, round_id)
    return count


def extend_all(actor: Person, cohort: Cohort, module_ids: Iterable[int], today: date) -> int:
    """Give more time for each of these modules that is still assigned; returns for how many."""
    _help(actor, cohort)
    count = 0
    for module_id in module_ids:
        with suppress(Refused, NotFound):
            extend(actor, cohort, module_id, today)
            count += 1
    return count


def _help(actor: Person, cohort: Cohort) -> None:
    if not policy.may_help(actor, cohort):
        raise forbidden()


def _assigned_module(cohort: Cohort, module_id: int) -> queries.Line:
    module = queries.assigned_module(cohort.id, module_id)
    if module is None:
        raise NotFound
    return module


def _require_step_in(actor: Person, cohort: Cohort, wait: queries.Line) -> None:
    now = clock.now()
    member = db.session.scalars(membership(cohort.id, actor.id)).one_or_none()
    if policy.may_step_in(member.joined_at if member else None, wait, now):
        return
    if member is None:
        raise forbidden(_("Only people of this cohort may read what was shared with it."))
    if member.joined_at > wait.since:
        raise forbidden(_("This was shared before you joined the cohort, so not with you."))
    raise Refused(_("Your colleagues still have time to give this feedback."))


def _waiting_round(cohort: Cohort, round_id: int) -> tuple[Round, queries.Line]:
    """A request to this cohort that still waits; one that is answered by now is said so."""
    asked_here = select(Round).where(Round.id == round_id, Round.cohort_id == cohort.id)
    round_ = db.session.scalars(asked_here.with_for_update()).one_or_none()
    if round_ is None:
        raise NotFound
    wait = queries.waiting_request(cohort.id, round_id, clock.now())
    if wait is None:
        raise Refused(_("Nobody is waiting for this feedback any more."))
    return round_, wait


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
