"""The one next thing: what helps this teacher most now, and why this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from pdportal.feedback.comments.waiting import WaitingFeedback
from pdportal.feedback.reviews.queries import Owed
from pdportal.goals.queries import NextStep
from pdportal.goals.steps.queries import DueStep
from pdportal.modules.enrollments.going_on import next_up
from pdportal.web.locale import say_day, say_minutes
from pdportal.web.pages import address
from pdportal.web.words import gettext as _
from pdportal.web.words import ngettext

PRESSING = timedelta(days=1)
"""A review whose time ends by tomorrow goes before one's own learning."""


@dataclass(frozen=True)
class NextThing:
    """What to do now: a title, why this one, and where it is done."""

    eyebrow: str
    title: str
    text: str
    action: str
    url: str
    about: object = None
    """The row it is about, which need not be shown a second time."""


def next_thing(
    today: date,
    *,
    feedback: Sequence[WaitingFeedback],
    owed: Sequence[Owed],
    learn: Sequence[Any],
    goals: Sequence[NextStep],
    steps: Sequence[DueStep],
) -> NextThing:
    """Feedback to answer, a pressing review, learning begun, a review, a step, something new.

    What others did for this teacher comes first, then what others wait for soon, then what the
    teacher began; `learn` holds rows of `modules.enrollments.queries.next_to_learn`.
    """
    begun = sorted((row for row in learn if row.begun_at), key=lambda row: row.last_at)
    pressing = [review for review in owed if _last_day(review) <= today + PRESSING]
    due = [step for step in steps if step.is_focus or (step.due_on and step.due_on <= today)]
    comments = [waiting for waiting in feedback if waiting.asked_by is None]
    if comments:
        return _answer(comments[0])
    if pressing:
        return _review(pressing[0], today)
    if begun:
        return _go_on(begun[-1])
    if due:
        return _step(due[0])
    if owed:
        return _review(owed[0], today)
    if learn:
        return _begin(learn[0])
    return _look_around() if goals else _first_goal()


def _first_goal() -> NextThing:
    return NextThing(
        _("A first goal"),
        _("What would you like to be different for your students?"),
        _("Three short boxes, and nobody sees them until you share them."),
        _("Write a goal"),
        address("goals.new_goal"),
    )


def _look_around() -> NextThing:
    return NextThing(
        _("You are all caught up"),
        _("Find something worth twenty minutes"),
        _(
            "Nobody is waiting for your feedback, and nothing is due. "
            "Look through the library, or share a lesson."
        ),
        _("See what fits"),
        address("modules.library") + "?minutes=20",
    )


def _answer(waiting: WaitingFeedback) -> NextThing:
    return NextThing(
        _("Feedback is here for you"),
        waiting.title,
        ngettext(
            "%(num)s comment to respond to.",
            "%(num)s comments to respond to.",
            waiting.new,
        ),
        _("Read the feedback"),
        waiting.url,
        waiting,
    )


def _review(review: Owed, today: date) -> NextThing:
    minutes = say_minutes(review.minutes)
    last = _last_day(review)
    return NextThing(
        _("A colleague is waiting · %(minutes)s", minutes=minutes),
        _(
            "%(name)s asks for your feedback on “%(title)s”",
            name=review.author_name,
            title=review.title,
        ),
        _("You have started; what you typed is saved.")
        if review.begun
        else _("Please start by %(day)s; then it goes to somebody else.", day=say_day(last)),
        _("Continue your feedback") if review.begun else _("Give feedback"),
        url_for("feedback.review_page", review_id=review.review_id),
        review,
    )


def _go_on(row: Any) -> NextThing:
    next_ = next_up(row)
    if next_.is_check:
        return NextThing(
            _("A check to meet · %(minutes)s", minutes=say_minutes(next_.minutes)),
            next_.title,
            _("You have read all of “%(title)s”. It is done when you meet this.", title=row.title),
            _("Continue"),
            next_.url,
        )
    return NextThing(
        _("Where you left off · %(minutes)s to go", minutes=say_minutes(row.minutes_left)),
        next_.title,
        _(
            "Page %(number)s of %(pages)s in “%(title)s”.",
            number=row.page_number or 1,
            pages=row.pages,
            title=row.title,
        ),
        _("Continue"),
        next_.url,
    )


def _begin(row: Any) -> NextThing:
    begin = _("Not started, for %(cohort)s", cohort=row.cohort) if row.cohort else _("Not started")
    return NextThing(
        _("%(given)s · %(minutes)s in all", given=begin, minutes=say_minutes(row.minutes)),
        row.title,
        row.why or row.summary,
        _("Have a look"),
        url_for("modules.module_page", slug=row.slug),
    )


def _step(step: DueStep) -> NextThing:
    return NextThing(
        _("Your step · %(day)s", day=say_day(step.due_on)) if step.due_on else _("Your step now"),
        step.name,
        _("For your goal “%(goal)s”.", goal=step.goal_title)
        if step.goal_title
        else step.from_title,
        _("Open the step"),
        step.url,
        step,
    )


def _last_day(review: Owed) -> date:
    """Until when the review is wanted, or until when it is this person's."""
    lease = review.lease_until.date()
    return min(review.due, lease) if review.due and not review.begun else lease
