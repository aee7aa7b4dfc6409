"""What each of the three people finds first, read in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from pdportal import clock
from pdportal.accounts.models import Person, RoleName
from pdportal.coaching.queries import WaitingForCoach, on_the_desk
from pdportal.feedback.comments.waiting import WaitingFeedback, feedback_waiting
from pdportal.feedback.meetings.queries import open_meetings
from pdportal.feedback.reviews.queries import reviews_owed
from pdportal.goals.queries import NextStep, goals_with_next_step
from pdportal.goals.steps.queries import DueStep, steps_due
from pdportal.home.next_thing import NextThing, next_thing
from pdportal.insights.at_a_glance import Rows, glances, stuck_people
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.web.locale import Wording, wording_of, zone_here

MOST = 4
"""Of each kind a first screen shows the next few, and how many more there are on their page."""
MOST_OWED = 12
"""Reviews that are looked at: some may wait for their next stage."""
DUE_WITHIN = timedelta(days=3)
"""How soon a step is due that stands on a first screen by itself."""


class Few(NamedTuple):
    """The first of the things of a kind, and how many more there are."""

    rows: Sequence[Any] = ()
    more: int = 0


class ToLearn(NamedTuple):
    """One module on a first screen, and nothing that only its teacher knows."""

    slug: str
    title: str
    minutes: int
    my_date: date | None
    due_on: date | None
    cohort: str | None
    is_begun: bool
    pages_read: int
    pages: int


class TeacherScreen(NamedTuple):
    """One next thing, then everything else that waits, each once; the key of its parts."""

    next: NextThing
    asks: Sequence[WaitingFeedback]
    """To write something together."""
    feedback: Few
    goals: Few
    steps: Few
    owed: Few
    learn: Sequence[ToLearn]
    wording: Wording


@dataclass
class LeadScreen:
    """Who is stuck and why, then the cohorts."""

    stuck: Sequence[Rows]
    """One person of one cohort each, with every reason."""
    more_are_stuck: bool
    cohorts: Rows
    wording: Wording


class FirstScreen(NamedTuple):
    """The parts that belong to somebody's roles; None where a role is not held."""

    coach: Sequence[WaitingForCoach] | None
    lead: LeadScreen | None
    teacher: TeacherScreen | None
    owed: Few = Few()
    """Reviews asked of somebody who is not a teacher."""
    meetings_now: Sequence[Any] = ()
    """Meetings that go on, may begin at any time, or are planned for today."""
    meetings_later: Sequence[Any] = ()
    """Those to come; somebody with three roles finds all of them under Feedback."""
    goals: Few = Few()
    """Goals of somebody who is not a teacher: leaders and coaches have goals, too."""


def first_screen(person: Person) -> FirstScreen:
    """Eight statements at most for one person, with whoever is signed in among them."""
    coaches = person.holds(RoleName.COACH)
    teaches = person.holds(RoleName.TEACHER) or not (coaches or person.leads)
    today = clock.today(zone_here())
    coach = on_the_desk(person) if coaches else None
    lead = _lead(person, today) if person.leads else None
    # Somebody with three roles finds meetings and due steps on their own pages alone.
    most = coaches and person.leads
    meetings = [] if most else open_meetings(person)
    now = [each for each in meetings if _is_for(each, today)]
    later = [each for each in meetings if each not in now]
    if teaches:
        steps = [] if most else steps_due(person, DUE_WITHIN.days, 2 * MOST + 1)
        return FirstScreen(coach, lead, _teacher(person, steps, today), Few(), now, later)
    owed = reviews_owed(person)
    to_do = [each for each in owed if not (each.waits_until or (coaches and each.as_coach))]
    goals = _few(goals_with_next_step(person, MOST))
    return FirstScreen(coach, lead, None, _few(to_do, len(owed) - len(to_do)), now, later, goals)


def _is_for(meeting: Any, today: date) -> bool:
    """Whether a meeting goes on, may begin at any time, or is planned for today."""
    planned = None if meeting.began_at else meeting.planned_at
    return planned is None or planned.astimezone(zone_here()).date() <= today


def _few(rows: Sequence[Any], elsewhere: int = 0) -> Few:
    """The first rows; so many of all are shown elsewhere, or need not be shown."""
    shown = tuple(rows[:MOST])
    return Few(shown, max(0, rows[0].in_all - elsewhere - len(shown)) if rows else 0)


def _to_learn(row: Any) -> ToLearn:
    return ToLearn(
        row.slug,
        row.title,
        row.minutes_left or row.minutes,
        row.my_date,
        row.due_on,
        row.cohort,
        row.begun_at is not None,
        row.pages_read,
        row.pages,
    )


def _lead(person: Person, today: date) -> LeadScreen:
    stuck, are_more = stuck_people(person, today)
    people: dict[tuple[int, int], list[Any]] = {}
    for reason in stuck:
        people.setdefault((reason.cohort_id, reason.person_id), []).append(reason)
    wording = wording_of([reason.since for reason in stuck if reason.since])
    rows = tuple(map(tuple, people.values()))
    return LeadScreen(rows, are_more, tuple(glances(person, today)), wording)


def _teacher(person: Person, steps: Sequence[DueStep], today: date) -> TeacherScreen:
    waiting = feedback_waiting(person, MOST + 1)
    owed = reviews_owed(person, MOST_OWED)
    to_do = [review for review in owed if not review.waits_until]
    learn = next_to_learn(person)
    goals = goals_with_next_step(person, MOST)
    first = next_thing(today, feedback=waiting, owed=to_do, learn=learn, goals=goals, steps=steps)
    asks = tuple([each for each in waiting if each.asked_by is not None])
    feedback = [each for each in waiting if each.asked_by is None and each is not first.about]
    left = [each for each in to_do if each is not first.about]
    until = today + DUE_WITHIN
    soon = [each for each in goals if each.is_focus or (each.due_on and each.due_on <= until)]
    above = {each.step_id for each in [*soon, first.about] if isinstance(each, NextStep | DueStep)}
    due = [each for each in steps if each.step_id not in above]
    moments = [each.since for each in waiting if not each.by_day]
    return TeacherScreen(
        first,
        asks,
        _few(feedback, isinstance(first.about, WaitingFeedback)),
        _few(goals),
        _few(due, len(above)),
        _few(left, len(owed) - len(left)),
        tuple([_to_learn(row) for row in learn[:MOST]]),
        wording_of([*moments, *(each.lease_until for each in left)]),
    )
