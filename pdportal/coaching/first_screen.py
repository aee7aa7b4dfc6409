"""A coach's first screen: who needs me next, what waits, today, and who has been quiet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments.queries import AgendaRow, agenda_of
from pdportal.coaching.cycles.queries import CycleLine, cycles_of
from pdportal.coaching.queries import WaitingForCoach, my_teachers, on_the_desk
from pdportal.search.sources import Fit, fit
from pdportal.web.locale import Wording, wording_of, zone_here

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
    cycles: Sequence[CycleLine]
    """Those that go on."""
    counts: Sequence[tuple[str, int]]
    """Of all teachers, by what the list can be narrowed to."""
    wording: Wording
    """The page is a part that is cached under all of this."""


def coach_screen(coach: Person, show: str = "", words: str = "") -> CoachScreen:
    """Read in a constant number of statements, however many teachers there are."""
    today = clock.today(zone_here())
    waiting = on_the_desk(coach)
    whose = {row.teacher_id for row in waiting}
    cycles = cycles_of(coach, ended=False)
    meeting = {each.other_id for each in cycles if each.meet_on and each.meet_on <= today}
    long_ago = clock.now() - QUIET
    rows = [
        _row(teacher, teacher.id in whose, teacher.id in meeting, today, long_ago)
        for teacher in my_teachers(coach)
    ]
    rows.sort(key=lambda row: (not row.waiting, not row.follow_up, not row.quiet))
    late = [row for row in waiting if row.due_on and row.due_on < today]
    following = [row for row in rows if row.follow_up]
    following.sort(key=lambda row: row.about.follow_on or today)
    needing = [row for row in rows if row.needs]
    needs: list[WaitingForCoach | TeacherRow] = [*late[:1], *following[:1], *waiting, *needing]
    moments = [*(row.since for row in waiting), *(row.about.last_contact for row in rows)]
    return CoachScreen(
        next(iter(needs), None),
        tuple(waiting),
        tuple(agenda_of(coach, today)),
        tuple([row for row in rows if _is_shown(row, show, words)]),
        tuple(cycles),
        tuple([(each, sum(getattr(row, each) for row in rows)) for each in SHOWS]),
        wording_of(filter(None, moments)),
    )


def _is_shown(row: TeacherRow, show: str, words: str) -> bool:
    """Whether the filter and the words leave a teacher on the list."""
    if show in SHOWS and not getattr(row, show):
        return False
    return not words or fit(words, row.about.name, row.about.teaches or "") != Fit.NOT


def _row(teacher: Any, waiting: bool, meets: bool, today: date, long_ago: datetime) -> TeacherRow:
    last = max(filter(None, (teacher.last_contact, teacher.since)))
    return TeacherRow(
        teacher,
        waiting,
        meets or (teacher.follow_on is not None and teacher.follow_on <= today),
        not waiting and last < long_ago,
    )
