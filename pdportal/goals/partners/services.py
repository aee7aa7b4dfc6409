"""What is said beside the words of a goal: by when, which skills, and who is a partner for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete

from pdportal.accounts.models import Person
from pdportal.accounts.turns import wait_for_turn
from pdportal.activity.services import record
from pdportal.db import db
from pdportal.feedback.works.skills import set_skills
from pdportal.goals import policy
from pdportal.goals.models import Goal, GoalPartner
from pdportal.goals.partners.queries import partner_ids
from pdportal.goals.services.checks import require_owner
from pdportal.inbox.services import address, notify, notify_all, withdraw
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused

MOST_PARTNERS = 5


def set_about(
    owner: Person,
    goal: Goal,
    *,
    until: date | None,
    skills: Collection[int],
    partners: Sequence[Person],
    shows_all: bool,
    version: int | None = None,
) -> None:
    """Say by when a goal is for, which skills it is about, who is a partner, and what those read.

    Who is a partner no more reads it no more. Raises `ChangedElsewhere`, and `Refused` (422) for
    more than `MOST_PARTNERS`.
    """
    require_owner(owner, goal)
    if len(partners) > MOST_PARTNERS:
        message = _("Choose %(most)s partners at most.", most=MOST_PARTNERS)
        raise Refused(message, status=422, field="named")
    if partners and goal.kept_at is None:
        raise Refused(_("Save the goal first."), status=422, field="named")
    wait_for_turn(owner)
    replace_values(goal, {"until": until, "shows_all": shows_all}, version)
    set_skills(owner, goal.work, skills)
    before, chosen = set(partner_ids(goal)), {person.id for person in partners}
    for person_id in before - chosen:
        _end(goal, person_id)
    db.session.add_all(GoalPartner(goal_id=goal.id, person_id=each) for each in chosen - before)
    db.session.flush()
    if before != chosen:
        record(owner, "chose_partners", goal, partners=len(chosen))
        notify_all(sorted(chosen - before), "goal_partner", page_of(goal), sender=owner, by=owner)


def stop_being_partner(person: Person, goal: Goal) -> None:
    """Be a partner no more; the owner is told, and nobody else."""
    if person.id in partner_ids(goal):
        _end(goal, person.id)
        record(person, "left_goal", goal)
        notify(goal.owner_id, "goal_partner_left", page_of(goal), sender=person, by=person)


def leave_goals(_app: object, person: Person, **_more: object) -> None:
    """Whoever has no account any more is a partner for nobody; each owner is told."""
    for goal in db.session.scalars(policy.goals_partnered_by(person)):
        stop_being_partner(person, goal)


def page_of(goal: Goal) -> str:
    """The page of a goal, for its owner and its partners."""
    return address("goals.goal_page", goal_id=goal.id)


def _end(goal: Goal, person_id: int) -> None:
    gone = GoalPartner.goal_id == goal.id, GoalPartner.person_id == person_id
    db.session.execute(delete(GoalPartner).where(*gone))
    withdraw(person_id, page_of(goal))
