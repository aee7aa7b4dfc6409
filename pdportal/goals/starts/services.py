"""Suggesting a goal to a cohort, and making one's own of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.cohorts.policy import may_run
from pdportal.db import add_unless_there, db
from pdportal.goals.models import Goal, GoalStart, StartDeclined
from pdportal.goals.services.checks import LONGEST_STEP, LONGEST_TEXT, clean_text
from pdportal.goals.services.goals import begin_goal
from pdportal.goals.starts import queries
from pdportal.goals.steps.services import add_step
from pdportal.inbox.services import address, notify_all, withdraw, withdraw_pages
from pdportal.web.errors import Refused, require

KEYS = ("change", "why", "know")
MOST_STEPS = 12


def suggest_goal(
    lead: Person, cohort: Cohort, words: Mapping[str, str], steps: str, note: str
) -> GoalStart:
    """Suggest a goal to a cohort, with a step a line; sent twice it is one."""
    require(may_run(lead, cohort))
    if not cohort.is_open:
        raise Refused(_("This cohort is closed."))
    missing = {"change": _("Say what would change for students.")}
    texts = {
        key: clean_text(words.get(key, ""), key, LONGEST_TEXT, missing.get(key, "")) for key in KEYS
    }
    lines = [line.strip() for line in steps.splitlines() if line.strip()]
    lines = [clean_text(line, "steps", LONGEST_STEP) for line in lines]
    if len(lines) > MOST_STEPS:
        message = _("%(most)s steps at most; people add their own.", most=MOST_STEPS)
        raise Refused(message, status=422, field="steps")
    note = clean_text(note, "note", LONGEST_TEXT)
    wait_for_turn(lead)
    for before, _made in queries.suggested_in(lead, cohort):
        if (before.words, before.steps, before.note) == (texts, lines, note):
            return before
    start = GoalStart(cohort_id=cohort.id, made_by_id=lead.id, words=texts, steps=lines, note=note)
    db.session.add(start)
    db.session.flush()
    record(lead, "suggested", start, cohort=cohort.id)
    told = db.session.scalars(queries.members_told(cohort)).all()
    notify_all(told, "goal_suggested", page_of(start), sender=lead, by=lead, cohort=cohort.name)
    return start


def withdraw_start(lead: Person, cohort: Cohort, start_id: int) -> None:
    """Suggest it no more; goals that people made of it are theirs."""
    require(may_run(lead, cohort))
    start = db.session.get(GoalStart, start_id)
    if start is not None and start.cohort_id == cohort.id and start.withdrawn_at is None:
        start.withdrawn_at = clock.now()
        withdraw_pages([page_of(start)])
        record(lead, "withdrew", start, cohort=cohort.id)


def decline_start(person: Person, start: GoalStart, *, declines: bool) -> None:
    """Take a suggested goal off one's own list, or put it back there."""
    key = {"start_id": start.id, "person_id": person.id}
    if declines and add_unless_there(StartDeclined(**key)):
        withdraw(person.id, page_of(start))
    elif not declines:
        db.session.execute(delete(StartDeclined).filter_by(**key))


def page_of(start: GoalStart) -> str:
    """The page of a suggested goal, for the members of its cohort."""
    return address("goals.start_page", start_id=start.id)


def adapt_start(owner: Person, start: GoalStart) -> Goal:
    """A draft of one's own with its words and steps; asked twice it is one."""
    wait_for_turn(owner)
    goal = queries.own_of(owner, start)
    if goal is None:
        goal = begin_goal(owner, start.words)
        goal.start_id = start.id
        for text in start.steps:
            add_step(owner, goal, str(text))
    return goal
