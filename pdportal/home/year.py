"""Somebody's year: what they did and what is due, of goals, modules, feedback, appointments.

All of it is their own. Of a colleague's work it says that feedback is due or was given, and nothing
that stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, String, case, cast, func, literal, null, or_, union_all

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.coaching.appointments.kinds import name_of, page_of
from pdportal.coaching.appointments.models import Appointment
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
    is_due: bool = False
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
    sources = (_goals, _steps, _modules, _to_learn, _shared, _reviews, _meetings)
    found = [moment for source in sources for moment in source(person, zone)]
    return sorted(found, key=lambda moment: (moment.day, moment.kind, moment.key))


def _goals(person: Person, zone: tzinfo) -> Iterator[Moment]:
    columns = Goal.id, Work.title, Goal.kept_at, Goal.until, Goal.met_at, Goal.abandoned_at
    rows = goals_seen_by(person).join(Work, Work.id == Goal.work_id).where(~Goal.is_draft)
    for ident, title, kept_at, until, met_at, ended_at in db.session.execute(
        rows.with_only_columns(*columns)
    ):
        about = ("goal", f"goal-{ident}"), (title, address("goals.goal_page", goal_id=ident))
        if kept_at:
            yield Moment(_day(kept_at, zone), *about[0], _("A goal was set"), *about[1])
        if over_at := met_at or ended_at:
            said = _("The goal was met") if met_at else _("The goal was ended")
            yield Moment(_day(over_at, zone), *about[0], said, *about[1])
        elif until:
            yield Moment(until, *about[0], _("To be seen by now"), *about[1], is_due=True)


def _steps(person: Person, zone: tzinfo) -> Iterator[Moment]:
    columns = Step.id, Step.name, Step.kind, Step.due_on, Step.done_at, Step.goal_id
    rows = steps_seen_by(person).outerjoin(Goal, Goal.id == Step.goal_id)
    rows = rows.where(Step.removed_at.is_(None), or_(Step.done_at.is_not(None), Goal.is_open))
    for ident, name, kind, due_on, done_at, goal_id in db.session.execute(
        rows.with_only_columns(*columns)
    ):
        is_tryout = kind is StepKind.TRYOUT
        page = address("goals.edit_step", step_id=ident)
        if is_tryout:
            page = address("goals.tryout_page", step_id=ident)
        elif goal_id:
            page = f"{address('goals.goal_page', goal_id=goal_id)}#step-{ident}"
        said = _("Try-out") if is_tryout else _("Step")
        if done_at:
            done = _("%(what)s, done", what=said)
            yield Moment(_day(done_at, zone), "step", f"step-{ident}", done, name, page)
        elif due_on:
            yield Moment(due_on, "step", f"step-{ident}", said, name, page, is_due=True)


def _modules(person: Person, zone: tzinfo) -> Iterator[Moment]:
    rows = (
        enrollments_of(person)
        .join(Edition, Edition.id == Enrollment.edition_id)
        .join(Module, Module.id == Enrollment.module_id)
        .where(Enrollment.left_at.is_(None))
    )
    for ident, slug, title, begun_at, finished_at in db.session.execute(
        rows.with_only_columns(
            Module.id, Module.slug, Edition.title, Enrollment.begun_at, Enrollment.finished_at
        )
    ):
        about = title, address("modules.module_page", slug=slug)
        key = f"module-{ident}"
        yield Moment(_day(begun_at, zone), "module", key, _("Module started"), *about)
        if finished_at:
            yield Moment(_day(finished_at, zone), "module", key, _("Module finished"), *about)


def _to_learn(person: Person, _zone: tzinfo) -> Iterator[Moment]:
    for row in next_to_learn(person):
        about = row.title, address("modules.module_page", slug=row.slug)
        if row.my_date:
            said = _("Module, my date")
            yield Moment(row.my_date, "module", f"my-{row.module_id}", said, *about, is_due=True)
        if row.due_on:
            said = _("Module due, %(cohort)s", cohort=row.cohort)
            yield Moment(row.due_on, "module", f"due-{row.module_id}", said, *about, is_due=True)


def _shared(person: Person, zone: tzinfo) -> Iterator[Moment]:
    rows = db.session.execute(
        rounds_run_by(person)
        .where(Round.taken_back_at.is_(None))
        .with_only_columns(Round.id, Work.title, Round.shared_at, Round.closed_at)
    )
    for ident, title, shared_at, closed_at in rows:
        about = title, address("feedback.round_page", round_id=ident)
        key = f"round-{ident}"
        yield Moment(_day(shared_at, zone), "feedback", key, _("Shared for feedback"), *about)
        if closed_at:
            yield Moment(_day(closed_at, zone), "feedback", key, _("Feedback closed"), *about)


def _reviews(person: Person, zone: tzinfo) -> Iterator[Moment]:
    rows = db.session.execute(
        reviews_seen_by(person)
        .join(Round, Round.id == Review.round_id)
        .where(Review.reviewer_id == person.id, or_(Review.is_given, Review.is_wanted))
        .with_only_columns(Review.id, Review.given_at, Round.due_on, Review.lease_until)
    )
    for ident, given_at, due_on, lease_until in rows:
        key, title = f"review-{ident}", _("Feedback for a colleague")
        if given_at:
            page = address("feedback.outcome", review_id=ident)
            yield Moment(_day(given_at, zone), "feedback", key, _("Given"), title, page)
        else:
            day = due_on or _day(lease_until, zone)
            page = address("feedback.review_page", review_id=ident)
            yield Moment(day, "feedback", key, _("Due"), title, page, is_due=True)


def _meetings(person: Person, zone: tzinfo) -> Iterator[Moment]:
    """Meetings about works, appointments, and visits elsewhere."""
    rows = union_all(_meeting_rows(person), _appointment_rows(person), _elsewhere_rows(person))
    for kind, ident, title, at, ends_at, minutes, is_due, where in db.session.execute(rows):
        if kind == "elsewhere":
            page = address("elsewhere.elsewhere_page", visit_id=ident)
            about = date.fromisoformat(where), "meeting", f"elsewhere-{ident}"
            ahead = about[0] >= clock.today(zone)
            yield Moment(*about, _("Visit elsewhere"), title, page, is_due=ahead)
        if at is None:
            continue
        if kind == "meeting":
            said, url = _("Meeting"), address("feedback.meeting", meeting_id=ident)
        else:
            said, url = _("Appointment"), page_of(kind, ident)
            minutes = (ends_at - at).total_seconds() // 60
        yield Moment(
            _day(at, zone),
            "meeting",
            f"{'meeting' if kind == 'meeting' else 'appointment'}-{ident}",
            said,
            title if kind == "meeting" else name_of(kind, title),
            url,
            is_due=is_due,
            at=at,
            minutes=int(minutes),
            where=where,
        )


def _meeting_rows(person: Person) -> Select[*tuple[Any, ...]]:
    rows = meetings_seen_by(person).join(Protocol, Protocol.id == Meeting.protocol_id)
    return rows.where(Meeting.called_off_at.is_(None)).with_only_columns(
        literal("meeting"),
        Meeting.id,
        Protocol.name,
        func.coalesce(Meeting.planned_at, Meeting.began_at),
        cast(null(), MomentType),
        Protocol.minutes,
        Meeting.is_open,
        literal(""),
    )


def _appointment_rows(person: Person) -> Select[*tuple[Any, ...]]:
    """With the columns of `_meeting_rows`, in their order."""
    return (
        appointments_seen_by(person)
        .where(Appointment.stands)
        .with_only_columns(
            cast(Appointment.kind, String),
            Appointment.id,
            Appointment.title,
            Appointment.starts_at,
            Appointment.ends_at,
            literal(0),
            Appointment.starts_at > clock.now(),
            case((Appointment.place != "", Appointment.place), else_=Appointment.link),
        )
    )


def _elsewhere_rows(person: Person) -> Select[*tuple[Any, ...]]:
    """The same; the day of a visit elsewhere stands last."""
    return elsewhere_seen_by(person).with_only_columns(
        literal("elsewhere"),
        VisitElsewhere.id,
        VisitElsewhere.place,
        cast(null(), MomentType),
        cast(null(), MomentType),
        literal(0),
        literal(value=False),
        cast(VisitElsewhere.on_day, String),
    )


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()
