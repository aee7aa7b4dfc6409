"""Reminders of the day by which somebody wants to be done with a module."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox.reminders import reminders_due
from pdportal.inbox.services import address, notify, withdraw
from pdportal.modules.enrollments.models import DoneElsewhere
from pdportal.modules.models import Enrollment, Module
from pdportal.modules.parts import another_way_at, enrollment
from pdportal.web.locale import portal_today


def remind_of_modules() -> None:
    """Remind learners the day before their own day and after it: not while they pause, and not of
    what counts as done another way or elsewhere."""
    known = select(DoneElsewhere).where(
        DoneElsewhere.person_id == Enrollment.person_id,
        DoneElsewhere.module_id == Enrollment.module_id,
    )
    going_on = (
        select(Enrollment)
        .join(Module, Module.id == Enrollment.module_id)
        .options(joinedload(Enrollment.edition))
        .where(
            another_way_at(enrollment.c.person_id).is_(None),
            ~known.exists(),
            Enrollment.finished_at.is_(None),
            Enrollment.left_at.is_(None),
            or_(Enrollment.paused_at.is_(None), Enrollment.paused_until <= portal_today()),
        )
    )
    for due in reminders_due(going_on, Enrollment, Enrollment.due_on, Enrollment.person_id):
        words = {"day": due.due_on.isoformat(), "module": due.edition.title}
        notify(due.person_id, "module_day", _page(due.module_id), **words)


def forget_reminders(person: Person, enrollment: Enrollment) -> None:
    """No inbox and no digest says what is no longer so; another day is reminded of anew."""
    if enrollment.reminded:
        enrollment.reminded, enrollment.reminded_on = 0, None
        withdraw(person.id, _page(enrollment.module_id))


def note_finished(person: Person, module_id: int, **_more: object) -> None:
    """Nobody is reminded of what is done."""
    withdraw(person.id, _page(module_id))


def _page(module_id: int) -> str:
    return address("modules.pace_page", slug=db.session.get_one(Module, module_id).slug)
