"""Somebody's own tries at checks: part of what `modules` collects and forgets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, delete, select

from pdportal.accounts.models import Person
from pdportal.accounts.own_data import Piece, as_data
from pdportal.db import db
from pdportal.modules.checks.models import Check, CheckTry, PlanUse
from pdportal.modules.models import Edition, Enrollment


def collect(person: Person) -> Iterator[Piece]:
    """Every try with its answers and its plan, and what was used of the plan."""
    mine = (
        select(
            Edition.title.label("module"),
            Check.title,
            CheckTry.number,
            CheckTry.begun_at,
            CheckTry.handed_in_at,
            CheckTry.is_before,
            CheckTry.is_met,
            CheckTry.typed,
            CheckTry.answers,
            CheckTry.plan,
        )
        .join(Check, Check.id == CheckTry.check_id)
        .join(Edition, Edition.id == Check.edition_id)
        .where(CheckTry.id.in_(_tries(person)))
        .order_by(CheckTry.id)
    )
    used = (
        select(Check.title, CheckTry.number, PlanUse.line, PlanUse.at, PlanUse.done_at)
        .join(CheckTry, CheckTry.id == PlanUse.try_id)
        .join(Check, Check.id == CheckTry.check_id)
        .where(CheckTry.id.in_(_tries(person)))
        .order_by(CheckTry.id, PlanUse.at)
    )
    yield Piece("checks.json", {"tries": as_data(mine), "used": as_data(used)})


def forget(person: Person) -> None:
    """Delete the tries; figures over a cohort are made of the event log, which stays."""
    for statement in (
        delete(PlanUse).where(PlanUse.try_id.in_(_tries(person))),
        delete(CheckTry).where(CheckTry.id.in_(_tries(person))),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def _tries(person: Person) -> Select[int]:
    return (
        select(CheckTry.id)
        .join(Enrollment, Enrollment.id == CheckTry.enrollment_id)
        .where(Enrollment.person_id == person.id)
    )
