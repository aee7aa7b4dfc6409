"""Somebody's own goals, steps, try-outs and evidence."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data, carry_out, columns_of
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


def collect(person: Person) -> Iterator[Piece]:
    """Goals and how they ended; their words are among the works, as a goal is one."""
    goals = select(Work.title, *columns_of(Goal, "version", "owner_id", "form_key", "work_id"))
    partners = select(GoalPartner.goal_id, Person.name, GoalPartner.since).join(Person)
    evidence = select(*columns_of(Evidence, "file_id"))
    skills = select(EvidenceSkill.evidence_id, Skill.name).join(Skill).join(Evidence)
    for name, rows in {
        "goals": goals.join(Work, Work.id == Goal.work_id).order_by(Goal.id),
        "partners": partners.join(Goal, Goal.id == GoalPartner.goal_id),
        "evidence": evidence.join(Goal, Goal.id == Evidence.goal_id).order_by(Evidence.id),
        "skills_of_evidence": skills.join(Goal, Goal.id == Evidence.goal_id),
    }.items():
        yield Piece(f"{name}.json", as_data(rows.where(Goal.owner_id == person.id)))
    steps = select(*columns_of(Step, "version", "owner_id")).where(Step.owner_id == person.id)
    yield Piece("steps_and_tryouts.json", as_data(steps.order_by(Step.id)))
    declined = select(GoalStart.words, StartDeclined.at).join(StartDeclined)
    declined = declined.where(StartDeclined.person_id == person.id).order_by(StartDeclined.at)
    yield Piece("declined_suggestions.json", as_data(declined))


def forget(person: Person) -> None:
    """Take the words out, and what partners were told of the goals; try-outs hang on modules and
    stay as empty rows."""
    own = select(Goal.id).where(Goal.owner_id == person.id)
    goal_ids = db.session.scalars(own).all()
    leave_goals(None, person)
    withdraw_pages(address("goals.goal_page", goal_id=each) for each in goal_ids)
    words = ("title", "from_title", "from_url", "plan", "prediction", "measure", "happened")
    empty = dict.fromkeys((*words, "learned"), "") | {"text": "—", "removed_at": clock.now()}
    carry_out(
        delete(Evidence).where(Evidence.goal_id.in_(own)),
        delete(GoalPartner).where(GoalPartner.goal_id.in_(own)),
        delete(StartDeclined).where(StartDeclined.person_id == person.id),
        delete(Focus).where(Focus.person_id == person.id),
        update(Step).where(Step.owner_id == person.id).values(empty),
        update(Goal).where(Goal.owner_id == person.id).values(closing="", peers=None, poster=None),
    )


PART = OwnPart(
    "goals",
    _l("Goals"),
    collect,
    forget,
    goes=_l("Your goals, steps, try-outs and evidence."),
)
