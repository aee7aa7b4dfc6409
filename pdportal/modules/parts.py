"""Pieces that several statements are made of. Tables, not entities: these pages are hot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    FromClause,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort, Member
from pdportal.cohorts.policy import Value
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.works.models import Draft, Revision, Work
from pdportal.goals.models import Step
from pdportal.modules import policy
from pdportal.modules.assignments.models import Agreement
from pdportal.modules.models import (
    Answer,
    Assignment,
    Block,
    Chosen,
    Edition,
    Enrollment,
    HandIn,
    Module,
    Page,
    PageRead,
    Reflection,
    Section,
    TakenUp,
)
from pdportal.modules.together.models import Sheet

module = Module.__table__
edition = Edition.__table__
enrollment = Enrollment.__table__
page = Page.__table__
read = PageRead.__table__
block = Block.__table__
answer = Answer.__table__
reflection = Reflection.__table__
chosen = Chosen.__table__
hand_in = HandIn.__table__
taken_up = TakenUp.__table__
together = Sheet.__table__
assignment = Assignment.__table__
cohort = Cohort.__table__
member = Member.__table__
person_ = Person.__table__
step = Step.__table__
work = Work.__table__
draft = Draft.__table__
revision = Revision.__table__
round_ = Round.__table__
review = Review.__table__

Line = Row[*tuple[Any, ...]]
"""A row of columns that pages and templates read by name."""

ME: BindParameter[int] = bindparam("person_id")
ENROLLMENT: BindParameter[int] = bindparam("enrollment_id")

TODAY: BindParameter[date] = bindparam("today", type_=Date)

agreement = Agreement.__table__
is_agreed = and_(
    agreement.c.assignment_id == assignment.c.id, agreement.c.person_id == member.c.person_id
)
"""Of an assignment, a member and what is agreed with them about it; joined from outside."""
due_on = func.coalesce(agreement.c.due_on, assignment.c.due_on)
"""By when a member is to be done with an assignment: the date agreed with them, or else its own."""
given_id = func.coalesce(agreement.c.instead_id, assignment.c.module_id)
"""The module that a member is to do for an assignment: the one agreed with them, or its own."""
is_done = or_(enrollment.c.finished_at.is_not(None), agreement.c.done_at.is_not(None))
"""Of a member's way and of what is agreed with them: done with it, this way or another."""
is_paused = and_(
    enrollment.c.paused_at.is_not(None),
    or_(enrollment.c.paused_until.is_(None), enrollment.c.paused_until > TODAY),
)
"""Of a way: no reminder and no late mark for now."""


def another_way_at(person_id: Value = ME) -> ScalarSelect[datetime]:
    """When all that assigns a module to somebody was counted as done another way."""
    return (
        select(
            case((func.count() == func.count(agreement.c.done_at), func.max(agreement.c.done_at)))
        )
        .select_from(assignments_in_cohorts())
        .where(policy.is_assigned_to(person_id), assignment.c.module_id == module.c.id)
        .correlate(module, enrollment)
        .scalar_subquery()
    )


my_enrollment = and_(enrollment.c.module_id == module.c.id, policy.is_own(ME))
assigned_to_me = policy.is_assigned_to(ME)
its_edition = edition.c.id == func.coalesce(enrollment.c.edition_id, module.c.current_id)


def my_editions() -> FromClause:
    """Each module in the edition that the person `ME` began, else in the current one."""
    return module.outerjoin(enrollment, my_enrollment).join(edition, its_edition)


my_track = func.coalesce(enrollment.c.track, edition.c.first_track)


def page_counts(way: Any, track: Any = my_track) -> ColumnElement[bool]:
    """Of a page: whoever is on this track reads it before they are done."""
    return and_(
        way.c.section == Section.PAGE,
        way.c.optional.is_(False),
        or_(way.c.track == "", way.c.track == track),
    )


def _reads(way: FromClause, done: FromClause) -> FromClause:
    """Pages, each with what says that it is read, if it is."""
    return way.outerjoin(
        done, and_(done.c.page_id == way.c.id, done.c.enrollment_id == enrollment.c.id)
    )


def _of_the_way(measure: Callable[[Any, Any], ColumnElement[int]]) -> ScalarSelect[int]:
    """A figure over the pages of an edition that `page_counts` holds for, and what is read."""
    way, done = page.alias(), read.alias()
    return (
        select(measure(way.c, done.c))
        .select_from(_reads(way, done))
        .where(way.c.edition_id == edition.c.id, page_counts(way))
        .correlate(edition, enrollment)
        .scalar_subquery()
    )


def pages_on_the_way() -> ScalarSelect[int]:
    """How many pages count."""
    return _of_the_way(lambda way, _done: func.count(way.id))


def pages_read() -> ScalarSelect[int]:
    """How many of them are read."""
    return _of_the_way(lambda _way, done: func.count(done.page_id))


def minutes_left() -> ColumnElement[int]:
    """The minutes of the pages that are not read yet, with the alternatives that were chosen."""
    done = read.alias()
    is_read = and_(
        done.c.page_id == block.c.page_id, done.c.enrollment_id == chosen.c.enrollment_id
    )
    more = (
        select(func.coalesce(func.sum(chosen.c.minutes), 0))
        .select_from(chosen.join(block, block.c.id == chosen.c.block_id).outerjoin(done, is_read))
        .where(chosen.c.enrollment_id == enrollment.c.id, done.c.page_id.is_(None))
        .correlate(enrollment)
        .scalar_subquery()
    )
    return more + _of_the_way(
        lambda way, done: func.coalesce(func.sum(way.minutes).filter(done.page_id.is_(None)), 0)
    )


def page_to_go_on() -> ScalarSelect[int]:
    """The id of the page to continue on: the last one opened, or the next that is not read."""
    way, done, left = page.alias(), read.alias(), page.alias()
    return (
        select(way.c.id)
        .select_from(_reads(way, done).outerjoin(left, left.c.id == enrollment.c.last_page_id))
        .where(
            way.c.edition_id == edition.c.id,
            or_(
                page_counts(way),
                and_(way.c.id == enrollment.c.last_page_id, way.c.section == Section.PAGE),
            ),
        )
        .order_by(
            done.c.page_id.is_not(None),
            way.c.number < func.coalesce(left.c.number, 0),
            way.c.number,
        )
        .limit(1)
        .correlate(edition, enrollment)
        .scalar_subquery()
    )


def assignments_in_cohorts() -> FromClause:
    """Each assignment with its cohort, the cohort's members, and what is agreed with each."""
    return (
        assignment.join(cohort, cohort.c.id == assignment.c.cohort_id)
        .join(member, member.c.cohort_id == cohort.c.id)
        .outerjoin(agreement, is_agreed)
    )
