"""What leads do about what they see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_all
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.queries import membership
from pdportal.db import add_unless_there, db
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import allocation
from pdportal.feedback.rounds import policy as round_policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import from_reviewer
from pdportal.feedback.works.policy import may_write, writers_of
from pdportal.inbox.services import address, notify_all
from pdportal.insights import policy, queries
from pdportal.insights.models import Nudge
from pdportal.insights.progress import zone_of
from pdportal.modules.addresses import module_url
from pdportal.modules.assignments.models import Agreement
from pdportal.modules.assignments.services import assign, give_date
from pdportal.modules.models import Assignment
from pdportal.web.errors import Refused, forbidden, one_or_404, or_404, require

MORE_TIME = timedelta(days=7)


def nudge(actor: Person, cohort: Cohort, person_id: int, module_id: int) -> bool:
    """Ask somebody how a module is going: a notice with the actor's name.

    Once a day for a person and a module, whoever asks: False where they were asked already.
    """
    require_help(actor, cohort)
    module = _assigned_module(cohort, module_id)
    people = queries.members(cohort.id, [person_id])
    if not people:
        raise NotFound
    (person,) = people
    if person.id == actor.id:
        raise Refused(_("You know yourself how it is going."))
    if queries.finished([person_id], [module_id]):
        raise Refused(_("%(name)s is done with it, or has paused it.", name=person.name))
    return _ask(actor, cohort, [(person, module)]) > 0


def ask_another(actor: Person, cohort: Cohort, round_id: int) -> bool:
    """Ask one more colleague, at last the author's coach, for feedback that somebody waits for.

    The actor learns only whether there was anybody left to ask.
    """
    require_help(actor, cohort)
    round_, _wait = waiting_round(cohort, round_id)
    asked = allocation.ask_one_more(round_, but_not=actor.id)
    if asked:
        record(actor, "asked_another", round_, cohort=cohort.id)
    return asked


def step_in(actor: Person, cohort: Cohort, round_id: int) -> Review:
    """Give the feedback oneself, as a member of the cohort that was asked for it."""
    require_help(actor, cohort)
    round_, wait = waiting_round(cohort, round_id)
    author = round_.work.author
    if may_write(actor, round_.work):
        raise Refused(_("This is your own work."))
    mine = select(Review).where(Review.round_id == round_.id, Review.reviewer_id == actor.id)
    review = db.session.scalars(mine).one_or_none()
    if review is not None and review.released_at is not None:
        raise Refused(_("You were asked before, and it went on to somebody else."))
    if review is None:
        _require_step_in(actor, cohort, wait)
        if not round_policy.may_ask(author, actor, work=round_.work):
            raise Refused(_("Somebody else will be asked for this feedback."))
        review = allocation.ask(round_, [actor.id])[0]
        url = address("feedback.round_page", round_id=round_.id)
        signed = from_reviewer(review, "name")
        writers = sorted(writers_of(round_.work))
        notify_all(writers, "stepped_in", url, title=round_.work.title, **signed)
        record(actor, "stepped_in", review, cohort=cohort.id)
    return review


def extend(actor: Person, cohort: Cohort, module_id: int, today: date) -> date:
    """Give everybody of the cohort `MORE_TIME` more for a module; returns its new date."""
    require_help(actor, cohort)
    module = _assigned_module(cohort, module_id)
    due_on: date = max(module.due_on or today, today) + MORE_TIME
    assign(actor, cohort, module.slug, due_on=due_on, why=module.why)
    return due_on


def give_time(actor: Person, cohort: Cohort, person_id: int, module_id: int, today: date) -> date:
    """Give one person `MORE_TIME` more for a module, and nobody else; returns their new date."""
    require_help(actor, cohort)
    row = _assigned_module(cohort, module_id)
    assignment = db.session.scalars(
        select(Assignment).where(
            Assignment.cohort_id == cohort.id, Assignment.module_id == module_id
        )
    ).one()
    agreed = db.session.get(Agreement, (assignment.id, person_id))
    own = agreed.due_on if agreed else None
    due_on: date = max(own or row.due_on or today, today) + MORE_TIME
    give_date(actor, assignment, person_id, due_on)
    return due_on


def give_time_all(
    actor: Person, cohort: Cohort, pairs: Iterable[tuple[int, int]], today: date
) -> int:
    """The same for several people and modules; returns how many dates are new."""
    count = 0
    for person_id, module_id in sorted(set(pairs)):
        with suppress(Refused, NotFound):
            give_time(actor, cohort, person_id, module_id, today)
            count += 1
    return count


def nudge_all(actor: Person, cohort: Cohort, pairs: Iterable[tuple[int, int]]) -> int:
    """Ask several people, each about a module; returns how many were asked now.

    Left out are those who are done by now, have left, or were asked today already.
    """
    require_help(actor, cohort)
    chosen = set(pairs)
    people_ids = {person_id for person_id, _module in chosen} - {actor.id}
    people = {person.id: person for person in queries.members(cohort.id, people_ids)}
    modules = {module.module_id: module for module in queries.assigned_modules(cohort.id)}
    left = chosen - queries.finished(people, modules)
    fitting = [
        (people[person_id], modules[module_id])
        for person_id, module_id in sorted(left)
        if person_id in people and module_id in modules
    ]
    return _ask(actor, cohort, fitting)


def ask_for_all(actor: Person, cohort: Cohort, round_ids: Iterable[int]) -> int:
    """Ask one more colleague for each request that still waits; returns for how many."""
    require_help(actor, cohort)
    count = 0
    for round_id in round_ids:
        with suppress(Refused, NotFound):
            count += ask_another(actor, cohort, round_id)
    return count


def extend_all(actor: Person, cohort: Cohort, module_ids: Iterable[int], today: date) -> int:
    """Give more time for each of these modules that is still assigned; returns for how many."""
    require_help(actor, cohort)
    count = 0
    for module_id in module_ids:
        with suppress(Refused, NotFound):
            extend(actor, cohort, module_id, today)
            count += 1
    return count


def require_help(actor: Person, cohort: Cohort) -> None:
    """Refuse whoever does not run the cohort, or a cohort that has ended."""
    require(policy.may_help(actor, cohort))


def _assigned_module(cohort: Cohort, module_id: int) -> queries.Line:
    return or_404(queries.assigned_module(cohort.id, module_id))


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


def waiting_round(cohort: Cohort, round_id: int) -> tuple[Round, queries.Line]:
    """A request to this cohort that still waits; one that is answered by now is said so."""
    asked_here = select(Round).where(Round.id == round_id, Round.cohort_id == cohort.id)
    round_ = one_or_404(asked_here.with_for_update())
    wait = queries.waiting_request(cohort.id, round_id, clock.now())
    if wait is None:
        raise Refused(_("Nobody is waiting for this feedback anymore."))
    return round_, wait


def _ask(
    actor: Person, cohort: Cohort, pairs: Sequence[tuple[queries.PersonLine, queries.Line]]
) -> int:
    """Ask each person about the module, but for those who were asked today; returns how many."""
    rows = [
        {
            "cohort_id": cohort.id,
            "person_id": person.id,
            "module_id": module.module_id,
            "asked_by_id": actor.id,
            "on_day": clock.today(zone_of(person.time_zone)),
        }
        for person, module in pairs
    ]
    nudges = _add_nudges(rows)
    for module in {module.module_id: module for _person, module in pairs}.values():
        people = [nudge.person_id for nudge in nudges if nudge.module_id == module.module_id]
        url, words = module_url(module.slug), {"name": actor.name, "title": module.title}
        notify_all(people, "nudged", url, sender=actor, **words)
    details = (
        {"cohort": nudge.cohort_id, "person": nudge.person_id, "module": nudge.module_id}
        for nudge in nudges
    )
    record_all(actor, "nudged", zip(nudges, details, strict=True))
    return len(nudges)


def _add_nudges(rows: Sequence[dict[str, Any]]) -> list[Nudge]:
    """Store those that nobody has asked on that day."""
    first_day = min((row["on_day"] for row in rows), default=date.max)
    asked = queries.nudges_of({row["person_id"] for row in rows}, first_day)
    rows = [r for r in rows if (r["person_id"], r["module_id"], r["on_day"]) not in asked]
    if not rows:
        return []
    try:
        with db.session.begin_nested():
            return list(db.session.scalars(insert(Nudge).returning(Nudge), rows))
    except IntegrityError:  # somebody else asks one of them at this moment
        return [nudge for row in rows if add_unless_there(nudge := Nudge(**row))]
