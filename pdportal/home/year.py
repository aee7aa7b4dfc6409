"""Somebody's year: what they did and what is due, of goals, modules, feedback, appointments.

All of it is their own. Of a colleague's work it says that feedback is due or was given, and nothing
that stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Select, String, case, cast, func, literal, or_, union_all

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments.models import Appointment, name_of, page_of
from pdportal.coaching.appointments.policy import appointments_seen_by
from pdportal.coaching.elsewhere.models import VisitElsewhere
from pdportal.coaching.elsewhere.policy import elsewhere_seen_by
from pdportal.db import Moment as MomentType
from pdportal.db import db
from pdportal.feedback.meetings.models import Meeting
from pdportal.feedback.meetings.policy import meetings_seen_by
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.reviews.policy import reviews_seen_by
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rounds.policy import rounds_run_by
from pdportal.feedback.works.models import Work
from pdportal.goals.models import Goal, Step, StepKind
from pdportal.goals.policy import goals_seen_by, steps_seen_by
from pdportal.inbox.services import address
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.models import Edition, Enrollment, Module
from pdportal.modules.policy import enrollments_of

BEGINS = 8
"""The month in which a school year begins."""
KINDS = ("goal", "step", "module", "feedback", "meeting")
Dates = Iterable[tuple[date | datetime | None, str, bool]]
"""When, what is said of it, and whether it is still to come or to do; None: that is no date."""
Found = Iterator[tuple[Any, ...]]
"""Kind, key, title and address of a thing, its `Dates`, and more of a `Moment`."""


class Moment(NamedTuple):
    """One line of the year."""

    day: date
    kind: str
    """One of `KINDS`."""
    key: str
    """What it is about: the same for the same thing, whatever its date."""
    said: str
    title: str
    url: str
    is_due: bool
    """Whether it is still to come or to do."""
    at: datetime | None = None
    minutes: int = 0
    where: str = ""
    """The place of an appointment."""


def school_year(day: date) -> int:
    """The calendar year in which the school year of a day began."""
    return day.year if day.month >= BEGINS else day.year - 1


def moments_of(person: Person, zone: tzinfo) -> list[Moment]:
    """Everything with a date, the earliest first; seven statements."""
    meetings = partial(_meetings, today=clock.today(zone))
    sources = (_goals, _steps, _modules, _to_learn, _shared, _reviews, meetings)
    found = []
    for kind, key, title, url, dates, *more in chain(*(source(person) for source in sources)):
        for when, words, is_due in dates:
            if when is not None:
                day = when.astimezone(zone).date() if isinstance(when, datetime) else when
                found.append(Moment(day, kind, key, words, title, url, is_due, *more))
    return sorted(found, key=lambda moment: (moment.day, moment.kind, moment.key))


def _goals(person: Person) -> Found:
    rows = goals_seen_by(person).join(Work, Work.id == Goal.work_id).where(~Goal.is_draft)
    columns = Goal.id, Work.title, Goal.kept_at, Goal.until, Goal.met_at, Goal.abandoned_at
    for ident, title, kept_at, until, met_at, ended_at in _read(rows, *columns):
        dates = [
            (kept_at, _("A goal was set"), False),
            (met_at, _("The goal was met"), False),
            (ended_at, _("The goal was ended"), False),
            (None if met_at or ended_at else until, _("You hoped to see it by now"), True),
        ]
        yield "goal", f"goal-{ident}", title, address("goals.goal_page", goal_id=ident), dates


def _steps(person: Person) -> Found:
    rows = steps_seen_by(person).outerjoin(Goal, Goal.id == Step.goal_id)
    rows = rows.where(Step.removed_at.is_(None), or_(Step.done_at.is_not(None), Goal.is_open))
    columns = Step.id, Step.name, Step.kind, Step.due_on, Step.done_at, Step.goal_id
    for ident, name, kind, due_on, done_at, goal_id in _read(rows, *columns):
        is_tryout = kind is StepKind.TRYOUT
        page = address("goals.edit_step", step_id=ident)
        if is_tryout:
            page = address("goals.tryout_page", step_id=ident)
        elif goal_id:
            page = f"{address('goals.goal_page', goal_id=goal_id)}#step-{ident}"
        label = _("Try-out") if is_tryout else _("Step")
        done = (done_at, _("%(what)s, done", what=label), False)
        yield "step", f"step-{ident}", name, page, [done if done_at else (due_on, label, True)]


def _modules(person: Person) -> Found:
    rows = (
        enrollments_of(person)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .join(Module, Module.id == Enrollment.module_id)
        .where(Enrollment.left_at.is_(None))
    )
    columns = Module.id, Module.slug, Edition.title, Enrollment.begun_at, Enrollment.finished_at
    for ident, slug, title, begun_at, finished_at in _read(rows, *columns):
        dates = [
            (begun_at, _("Module started"), False),
            (finished_at, _("Module finished"), False),
        ]
        page = address("modules.module_page", slug=slug)
        yield "module", f"module-{ident}", title, page, dates


def _to_learn(person: Person) -> Found:
    for row in next_to_learn(person):
        page = address("modules.module_page", slug=row.slug)
        mine = [(row.my_date, _("Module, my date"), True)]
        given = [(row.due_on, _("Module due, %(cohort)s", cohort=row.cohort), True)]
        yield "module", f"my-{row.module_id}", row.title, page, mine
        yield "module", f"due-{row.module_id}", row.title, page, given


def _shared(person: Person) -> Found:
    rows = rounds_run_by(person.id).where(Round.taken_back_at.is_(None))
    columns = Round.id, Work.title, Round.shared_at, Round.closed_at
    for ident, title, shared_at, closed_at in _read(rows, *columns):
        dates = [
            (shared_at, _("Shared for feedback"), False),
            (closed_at, _("Feedback closed"), False),
        ]
        page = address("feedback.round_page", round_id=ident)
        yield "feedback", f"round-{ident}", title, page, dates


def _reviews(person: Person) -> Found:
    rows = reviews_seen_by(person).join(Round, Round.id == Review.round_id)
    rows = rows.where(Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted))
    columns = Review.id, Review.given_at, Round.due_on, Review.lease_until
    for ident, given_at, due_on, lease_until in _read(rows, *columns):
        place = "feedback.outcome" if given_at else "feedback.review_page"
        given = (given_at, _("Given"), False)
        due = (due_on or lease_until, _("Due"), True)
        title, page = _("Feedback for a colleague"), address(place, review_id=ident)
        yield "feedback", f"review-{ident}", title, page, [given if given_at else due]


def _meetings(person: Person, today: date) -> Found:
    """Meetings about works, appointments, and visits elsewhere, whose day stands last."""
    meetings = meetings_seen_by(person).join(Protocol, Protocol.id == Meeting.protocol_id)
    moment = func.coalesce(Meeting.planned_at, Meeting.began_at)
    place = case((Appointment.place != "", Appointment.place), else_=Appointment.link)
    nothing = literal(None, MomentType), literal(None, MomentType)
    rows: CompoundSelect[Any] = union_all(
        meetings.where(Meeting.called_off_at.is_(None)).with_only_columns(
            *(literal("meeting"), Meeting.id, Protocol.name, moment, nothing[0]),
            *(Protocol.minutes, Meeting.is_open, literal("")),
        ),
        appointments_seen_by(person)
        .where(Appointment.stands)
        .with_only_columns(
            *(cast(Appointment.kind, String), Appointment.id, Appointment.title),
            *(Appointment.starts_at, Appointment.ends_at, literal(0)),
            *(Appointment.starts_at > clock.now(), place),
        ),
        elsewhere_seen_by(person).with_only_columns(
            *(literal("elsewhere"), VisitElsewhere.id, VisitElsewhere.place, *nothing, literal(0)),
            *(literal(value=False), cast(VisitElsewhere.on_day, String)),
        ),
    )
    for kind, ident, title, at, ends_at, minutes, is_due, where in db.session.execute(rows):
        when: date | datetime | None = at
        if kind == "meeting":
            name, page, label = title, address("feedback.meeting", meeting_id=ident), _("Meeting")
        elif kind == "elsewhere":
            name, label = title, _("Visit elsewhere")
            page = address("elsewhere.elsewhere_page", visit_id=ident)
            when = day = date.fromisoformat(where)
            is_due = day >= today
        else:
            name, page, label = name_of(kind, title), page_of(kind, ident), _("Appointment")
            kind, minutes = "appointment", (ends_at - at).total_seconds() // 60
        more = (at, int(minutes), where) if at else ()
        yield "meeting", f"{kind}-{ident}", name, page, [(when, label, is_due)], *more


def _read(rows: Select[Any], *columns: Any) -> Iterable[Any]:
    return db.session.execute(rows.with_only_columns(*columns))
