"""A coach's first screen: who needs me next, what waits, today, and who has been quiet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.agenda import AgendaRow, agenda_of
from pdportal.coaching.cycles.models import Cycle
from pdportal.coaching.cycles.queries import cycles_of
from pdportal.coaching.queries import WaitingForCoach, my_teachers, on_the_desk
from pdportal.search.sources import Fit, fit
from pdportal.web.locale import zone_here

QUIET = timedelta(days=14)
"""So long without contact, and a hello would be welcome."""
SHOWS = ("waiting", "follow_up", "quiet")
"""What the list of teachers can be narrowed to."""


class TeacherRow(NamedTuple):
    """A teacher on the list, and why they may need their coach."""

    about: Any
    """A row of `queries.my_teachers`."""
    waiting: bool
    follow_up: bool
    """A day to look again has come."""
    quiet: bool

    @property
    def needs(self) -> bool:
        """Whether there is something for the coach to do."""
        return self.waiting or self.follow_up or self.quiet


class CoachScreen(NamedTuple):
    """What the page shows; `next` is a thing that waits, a teacher, or None."""

    next: WaitingForCoach | TeacherRow | None
    waiting: Sequence[WaitingForCoach]
    today: Sequence[AgendaRow]
    teachers: Sequence[TeacherRow]
    """As the filter and the words narrow them."""
    cycles: Sequence[Cycle]
    """Those that go on."""
    counts: dict[str, int]
    """Of all teachers, by what the list can be narrowed to."""


def coach_screen(coach: Person, show: str = "", words: str = "") -> CoachScreen:
    """Read in a constant number of statements, however many teachers there are."""
    today = clock.today(zone_here())
    waiting = on_the_desk(coach)
    whose = {row.teacher_id for row in waiting}
    cycles = [each for each in cycles_of(coach) if each.is_open]
    meeting = {each.other(coach).id for each in cycles if each.meet_on and each.meet_on <= today}
    rows = [
        _row(teacher, teacher.id in whose, teacher.id in meeting, today)
        for teacher in my_teachers(coach)
    ]
    rows.sort(key=lambda row: (not row.waiting, not row.follow_up, not row.quiet))
    late = [row for row in waiting if row.due_on and row.due_on < today]
    following = [row for row in rows if row.follow_up]
    following.sort(key=lambda row: row.about.follow_on or today)
    needing = [row for row in rows if row.needs]
    needs: list[WaitingForCoach | TeacherRow] = [*late[:1], *following[:1], *waiting, *needing]
    return CoachScreen(
        next(iter(needs), None),
        waiting,
        agenda_of(coach, today),
        [
            row
            for row in rows
            if (show not in SHOWS or getattr(row, show))
            and (not words or fit(words, row.about.name, row.about.teaches or "") != Fit.NOT)
        ],
        cycles,
        {each: sum(getattr(row, each) for row in rows) for each in SHOWS},
    )


def _row(teacher: Any, waiting: bool, meets: bool, today: date) -> TeacherRow:
    last = max(filter(None, (teacher.last_contact, teacher.since)))
    return TeacherRow(
        teacher,
        waiting,
        meets or (teacher.follow_on is not None and teacher.follow_on <= today),
        not waiting and last < clock.now() - QUIET,
    )
