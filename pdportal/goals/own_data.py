"""Somebody's own goals, steps, try-outs and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import Executable, delete, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows, columns_of
from pdportal.db import db
from pdportal.feedback.works.models import Work
from pdportal.goals.models import (
    Evidence,
    EvidenceSkill,
    Focus,
    Goal,
    GoalPartner,
    GoalStart,
    StartDeclined,
    Step,
)
from pdportal.goals.partners.services import leave_goals
from pdportal.inbox.services import address, withdraw_pages
from pdportal.skills.frameworks.models import Skill


def _rows(person: Person) -> Mapping[str, Rows]:
    """Goals and how they ended; their words are among the works, as a goal is one."""
    own = Goal.owner_id == person.id
    goals = select(Work.title, *columns_of(Goal, "version", "owner_id", "form_key", "work_id"))
    partners = select(GoalPartner.goal_id, Person.name, GoalPartner.since).join(Person)
    evidence = select(*columns_of(Evidence, "file_id")).join(Goal, Goal.id == Evidence.goal_id)
    skills = select(EvidenceSkill.evidence_id, Skill.name).join(Skill).join(Evidence)
    steps = select(*columns_of(Step, "version", "owner_id")).where(Step.owner_id == person.id)
    declined = select(GoalStart.words, StartDeclined.at).join(StartDeclined)
    declined = declined.where(StartDeclined.person_id == person.id)
    return {
        "goals": goals.join(Work, Work.id == Goal.work_id).where(own).order_by(Goal.id),
        "partners": partners.join(Goal, Goal.id == GoalPartner.goal_id).where(own),
        "evidence": evidence.where(own).order_by(Evidence.id),
        "skills_of_evidence": skills.join(Goal, Goal.id == Evidence.goal_id).where(own),
        "steps_and_tryouts": steps.order_by(Step.id),
        "declined_suggestions": declined.order_by(StartDeclined.at),
    }


def _withdraw(person: Person) -> None:
    """Partners are told nothing more of the goals."""
    goals = db.session.scalars(select(Goal.id).where(Goal.owner_id == person.id)).all()
    leave_goals(None, person)
    withdraw_pages(address("goals.goal_page", goal_id=each) for each in goals)


def _gone(person: Person) -> Iterable[Executable]:
    """The words; try-outs hang on modules and stay as empty rows."""
    own = select(Goal.id).where(Goal.owner_id == person.id)
    words = ("title", "from_title", "from_url", "plan", "prediction", "measure", "happened")
    empty = dict.fromkeys((*words, "learned"), "") | {"text": "—", "removed_at": clock.now()}
    return [
        delete(Evidence).where(Evidence.goal_id.in_(own)),
        delete(GoalPartner).where(GoalPartner.goal_id.in_(own)),
        delete(StartDeclined).where(StartDeclined.person_id == person.id),
        delete(Focus).where(Focus.person_id == person.id),
        update(Step).where(Step.owner_id == person.id).values(empty),
        update(Goal).where(Goal.owner_id == person.id).values(closing="", peers=None, poster=None),
    ]


PART = OwnPart(
    "goals",
    _l("Goals"),
    _rows,
    ends=_withdraw,
    gone=_gone,
    goes=_l("Your goals, steps, try-outs and evidence."),
)
