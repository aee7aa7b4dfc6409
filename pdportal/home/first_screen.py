"""What each of the three people finds first, read in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pdportal import clock
from pdportal.accounts.models import Person, RoleName
from pdportal.coaching.queries import WaitingForCoach, on_the_desk
from pdportal.feedback.comments.queries import WaitingFeedback, feedback_waiting
from pdportal.feedback.meetings.queries import open_meetings
from pdportal.feedback.reviews.queries import Owed, reviews_owed
from pdportal.goals.queries import NextStep, goals_with_next_step
from pdportal.goals.steps.queries import DueStep, steps_due
from pdportal.home.next_thing import NextThing, next_thing
from pdportal.insights.at_a_glance import Rows, glances, stuck_people
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.web.locale import Wording, wording_of, zone_here

MOST_TO_LEARN = 4
"""Modules on a first screen; the library has all."""


MOST_GOALS = 12
"""Goals that are looked at for a first screen, which shows the first few."""


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


@dataclass
class TeacherScreen:
    """One next thing, then everything else that waits, each once."""

    next: NextThing
    feedback: Sequence[WaitingFeedback]
    owed: Sequence[Owed]
    goals: Sequence[NextStep]
    learn: Sequence[ToLearn]
    steps: Sequence[DueStep] = field(default_factory=list)


@dataclass
class LeadScreen:
    """Who is stuck and why, then the cohorts."""

    stuck: Sequence[Rows]
    """One person of one cohort each, with every reason."""
    more_are_stuck: bool
    cohorts: Rows
    wording: Wording


@dataclass
class FirstScreen:
    """The parts that belong to somebody's roles; None where a role is not held."""

    coach: Sequence[WaitingForCoach] | None
    lead: LeadScreen | None
    teacher: TeacherScreen | None
    owed: Sequence[Owed]
    """Reviews asked of somebody who is not a teacher."""
    meetings_now: Sequence[Any] = ()
    """Meetings that go on, may begin at any time, or are planned for today."""
    meetings_later: Sequence[Any] = ()
    """Those to come; somebody with three roles finds all of them under Feedback."""
    goals: Sequence[NextStep] = ()
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
        steps = [] if most else steps_due(person, within_days=3)
        return FirstScreen(coach, lead, _teacher(person, steps), [], now, later)
    owed = [review for review in _to_do(person) if not (coaches and review.as_coach)]
    goals = goals_with_next_step(person, MOST_GOALS)
    return FirstScreen(coach, lead, None, owed, now, later, goals)


def _is_for(meeting: Any, today: date) -> bool:
    """Whether a meeting goes on, may begin at any time, or is planned for today."""
    planned = None if meeting.began_at else meeting.planned_at
    return planned is None or planned.astimezone(zone_here()).date() <= today


def _to_do(person: Person) -> list[Owed]:
    """Reviews in which there is something to do before the next stage opens."""
    return [review for review in reviews_owed(person) if not review.waits_until]


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


def _teacher(person: Person, steps: Sequence[DueStep]) -> TeacherScreen:
    today = clock.today(zone_here())
    feedback = feedback_waiting(person)
    owed = _to_do(person)
    learn = next_to_learn(person)
    goals = goals_with_next_step(person, MOST_GOALS)
    first = next_thing(today, feedback=feedback, owed=owed, learn=learn, goals=goals, steps=steps)
    in_goals = {goal.step_id for goal in goals}
    return TeacherScreen(
        first,
        [waiting for waiting in feedback if waiting is not first.about],
        [review for review in owed if review is not first.about],
        goals,
        tuple([_to_learn(row) for row in learn[:MOST_TO_LEARN]]),
        [step for step in steps if step is not first.about and step.step_id not in in_goals],
    )
