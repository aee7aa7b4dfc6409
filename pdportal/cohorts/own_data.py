"""Somebody's own data in cohorts and coaching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Executable, or_, select, update
from sqlalchemy.orm import aliased

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.accounts.own_data import OwnPart, Rows
from pdportal.cohorts import joining
from pdportal.cohorts.models import Coaching, Cohort, JoinRequest, Member
from pdportal.db import db


def _rows(person: Person) -> Mapping[str, Rows]:
    """In which cohorts somebody is or was, and who coached whom."""
    coach, teacher = aliased(Person), aliased(Person)
    names = coach.name.label("coach"), teacher.name.label("teacher")
    return {
        "cohorts": select(Cohort.name, Member.joined_at, Member.left_at, Member.facilitates)
        .join(Cohort, Cohort.id == Member.cohort_id)
        .where(Member.person_id == person.id)
        .order_by(Member.id),
        "coaching": select(*names, Coaching.since, Coaching.ended_at)
        .join(coach, coach.id == Coaching.coach_id)
        .join(teacher, teacher.id == Coaching.teacher_id)
        .where(_of(person))
        .order_by(Coaching.id),
    }


def _leave(person: Person) -> None:
    cohorts = select(Cohort).join(Member, Member.cohort_id == Cohort.id)
    for cohort in db.session.scalars(cohorts.where(Member.person_id == person.id)).all():
        joining.leave(person, cohort)


def _gone(person: Person) -> Iterable[Executable]:
    """Coaching ends; what somebody was asked is asked no more."""
    now = clock.now()
    coached = or_(_of(person), Coaching.covers_id == person.id)
    asked = JoinRequest.person_id == person.id, JoinRequest.answered_at.is_(None)
    return [
        update(Coaching).where(coached, Coaching.ended_at.is_(None)).values(ended_at=now),
        update(JoinRequest).where(*asked).values(answered_at=now),
    ]


def _of(person: Person) -> ColumnElement[bool]:
    return or_(Coaching.coach_id == person.id, Coaching.teacher_id == person.id)


PART = OwnPart(
    "cohorts",
    _l("Cohorts and coaching"),
    _rows,
    ends=_leave,
    gone=_gone,
    goes=_l("You leave your cohorts, and nobody is your coach anymore."),
    stays=_l("That somebody was in a cohort, without a name: feedback requests refer to it."),
)
