"""Reminders of a day that somebody chose: a few, a week apart, while they can still help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from pdportal import clock
from pdportal.accounts.models import Away, Person
from pdportal.db import db
from pdportal.web.locale import portal_zone

MOST = 3
"""Reminders of one day of one thing."""
AGAIN_AFTER = timedelta(days=7)
EARLIEST = timedelta(days=7)
"""No reminder comes longer before its day."""
TOO_LATE = timedelta(days=21)
"""After that what was not done is on its list, and nobody is reminded of it."""


class Reminded:
    """What a row notes of the reminders of its day; another day begins anew."""

    reminded: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often its owner was reminded of this day."""
    reminded_on: Mapped[date | None]

    @property
    def remind_from(self) -> date:
        """The first day on which to remind of it."""
        raise NotImplementedError


def reminders_due(
    rows: Select[Any],
    kind: type[Reminded],
    day: InstrumentedAttribute[date | None],
    owner_id: InstrumentedAttribute[int],
) -> Iterator[Any]:
    """Those of `rows` whose owners are to be reminded now, each counted as reminded; nobody who is
    away or has no account any more."""
    today = clock.today(portal_zone())
    away = select(Away.person_id).where(Away.on(today))
    here = select(Person.id).where(Person.active, Person.id.not_in(away))
    found = rows.where(
        day.between(today - TOO_LATE, today + EARLIEST),
        kind.reminded < MOST,
        or_(kind.reminded_on.is_(None), kind.reminded_on <= today - AGAIN_AFTER),
        owner_id.in_(here),
    )
    for row in db.session.scalars(found.with_for_update(of=kind)).all():
        if row.remind_from <= today:
            row.reminded, row.reminded_on = row.reminded + 1, today
            yield row
