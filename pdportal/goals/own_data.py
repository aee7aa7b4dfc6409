"""Somebody's own goals, steps, try-outs and evidence."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Piece, as_data
from pdportal.db import db
from pdportal.feedback.works.models import Work
from pdportal.goals.models import (
    Evidence,
    EvidenceSkill,
    Focus,
    Goal,
    GoalPartner,
    StartDeclined,
    Step,
)
from pdportal.goals.partners.services import leave_goals
from pdportal.inbox.services import address, withdraw_pages
from pdportal.skills.frameworks.models import Skill


def collect(person: Person) -> Iterator[Piece]:
    """Goals and how they ended; their words are among the works, as a goal is one."""
    hidden = ("version", "owner_id", "form_key", "work_id")
    goals = (
        select(Work.title, *(each for each in Goal.__table__.c if each.name not in hidden))
        .join(Work, Work.id == Goal.work_id)
        .where(Goal.owner_id == person.id)
        .order_by(Goal.id)
    )
    yield Piece("goals.json", as_data(goals))
    partners = (
        select(GoalPartner.goal_id, Person.name, GoalPartner.since)
        .join(Goal, Goal.id == GoalPartner.goal_id)
        .join(Person, Person.id == GoalPartner.person_id)
        .where(Goal.owner_id == person.id)
    )
    yield Piece("partners.json", as_data(partners))
    columns = [column for column in Step.__table__.c if column.name not in ("version", "owner_id")]
    steps = select(*columns).where(Step.owner_id == person.id).order_by(Step.id)
    yield Piece("steps_and_tryouts.json", as_data(steps))
    evidence = (
        select(*(each for each in Evidence.__table__.c if each.name != "file_id"))
        .join(Goal, Goal.id == Evidence.goal_id)
        .where(Goal.owner_id == person.id)
        .order_by(Evidence.id)
    )
    yield Piece("evidence.json", as_data(evidence))
    skills = (
        select(EvidenceSkill.evidence_id, Skill.name)
        .join(Skill, Skill.id == EvidenceSkill.skill_id)
        .join(Evidence, Evidence.id == EvidenceSkill.evidence_id)
        .join(Goal, Goal.id == Evidence.goal_id)
        .where(Goal.owner_id == person.id)
    )
    yield Piece("skills_of_evidence.json", as_data(skills))


def forget(person: Person) -> None:
    """Take the words out, and what partners were told of the goals; try-outs hang on modules and
    stay as empty rows."""
    own = select(Goal.id).where(Goal.owner_id == person.id)
    goal_ids = db.session.scalars(own).all()
    leave_goals(None, person)
    withdraw_pages(address("goals.goal_page", goal_id=each) for each in goal_ids)
    now = clock.now()
    empty = {
        "title": "",
        "text": "—",
        "from_title": "",
        "from_url": "",
        "plan": "",
        "prediction": "",
        "measure": "",
        "learned": "",
    }
    for statement in (
        delete(Evidence).where(Evidence.goal_id.in_(own)),
        delete(GoalPartner).where(GoalPartner.goal_id.in_(own)),
        delete(StartDeclined).where(StartDeclined.person_id == person.id),
        delete(Focus).where(Focus.person_id == person.id),
        update(Step).where(Step.owner_id == person.id).values(**empty, happened="", removed_at=now),
        update(Goal).where(Goal.owner_id == person.id).values(closing="", peers=None, poster=None),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()


PART = OwnPart(
    "goals",
    _l("Goals"),
    collect,
    forget,
    goes=_l("Your goals, steps, try-outs and evidence."),
)
