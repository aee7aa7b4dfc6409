"""Who reads a goal and why, and the goals of others that somebody reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, case, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.meetings.models import Meeting, Seat
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.veil import reviewer_name
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.skills import WorkSkill
from pdportal.goals import policy
from pdportal.goals.models import Goal, GoalPartner
from pdportal.skills.frameworks.models import Skill

PARTNER, REVIEWER, MET, SKILL = "partner", "reviewer", "met", "skill"


class Around(NamedTuple):
    """What stands beside the words of a goal."""

    readers: list[tuple[str, list[str]]]
    """Everybody but its owner, partners first, and as what they read it: PARTNER, REVIEWER, MET."""
    skills: list[tuple[int, str]]
    """The skills it is about: id and name."""


def around(goal: Goal) -> Around:
    """Who reads a goal, and the skills it is about, in one statement."""
    readers: dict[tuple[int, str], dict[str, None]] = {}
    skills = []
    for part, ident, name, letter in db.session.execute(_around(goal)):
        if part == SKILL:
            skills.append((ident, name))
        else:
            who = ident or 0, name or reviewer_name(letter or 0)
            readers.setdefault(who, {})[part] = None
    return Around([(name, list(parts)) for (_id, name), parts in readers.items()], skills)


def _around(goal: Goal) -> Select[*tuple[Any, ...]]:
    """Part, id, name, and the letter of whoever is hidden."""
    nobody = literal(0).label("letter")
    ident, shown = (case((Review.is_hidden, None), else_=each) for each in (Person.id, Person.name))
    met = Meeting.called_off_at.is_(None), Seat.person_id != goal.owner_id
    rows = union_all(
        select(literal(PARTNER).label("part"), Person.id.label("ident"), Person.name, nobody)
        .join(GoalPartner, GoalPartner.person_id == Person.id)
        .where(GoalPartner.goal_id == goal.id),
        select(literal(REVIEWER), ident, shown, Review.letter.label("letter"))
        .join(Review, Review.reviewer_id == Person.id)
        .join(Round, Round.id == Review.round_id)
        .where(Round.work_id == goal.work_id, or_(Review.is_given, Review.is_wanted)),
        select(literal(MET), Person.id, Person.name, nobody)
        .join(Seat, Seat.person_id == Person.id)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .where(Meeting.work_id == goal.work_id, *met),
        select(literal(SKILL), Skill.id, Skill.name, nobody)
        .join(WorkSkill, WorkSkill.skill_id == Skill.id)
        .where(WorkSkill.work_id == goal.work_id),
    ).subquery()
    return select(rows).order_by(rows.c.part != PARTNER, rows.c.name, rows.c.ident, rows.c.letter)


def goals_of_others(person: Person) -> Sequence[Row[int, str, str]]:
    """Open goals that somebody is a partner for: id, title, and the name of the owner."""
    return db.session.execute(
        policy.goals_read_by(person)
        .join(Work, Work.id == Goal.work_id)
        .join(Person, Person.id == Goal.owner_id)
        .where(Goal.is_open)
        .with_only_columns(Goal.id, Work.title, Person.name)
        .order_by(Person.name, Goal.id)
        .limit(100)
    ).all()


def partner_ids(goal: Goal) -> list[int]:
    """The ids of its partners."""
    chosen = select(GoalPartner.person_id).where(GoalPartner.goal_id == goal.id)
    return list(db.session.scalars(chosen.order_by(GoalPartner.person_id)))


def goal_read(person: Person, goal_id: int) -> Select[Goal]:
    """One goal that somebody is a partner for, with its work and owner."""
    return (
        policy.goals_read_by(person)
        .where(Goal.id == goal_id)
        .options(joinedload(Goal.work).joinedload(Work.author))
    )
