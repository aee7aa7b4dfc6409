"""One next thing, and the reasons for its order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from pdportal.feedback.comments.waiting import WaitingFeedback
from pdportal.feedback.reviews.queries import Owed
from pdportal.goals.models import StepKind
from pdportal.goals.queries import NextStep
from pdportal.goals.steps.queries import DueStep
from pdportal.home.next_thing import NextThing, next_thing

TODAY = date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _addresses(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def feedback(title: str = "Ratios with paint", new: int = 3) -> WaitingFeedback:
    return WaitingFeedback(1, title, new, NOON - timedelta(days=1))


def owed(*, lease_days: float = 3, due: date | None = None, begun: bool = False) -> Owed:
    return Owed(
        review_id=7,
        tone=2,
        author_name="Ben Silva",
        title="Circuits",
        minutes=8,
        due=due,
        lease_until=NOON + timedelta(days=lease_days),
        asked_at=NOON,
        begun=begun,
        as_coach=False,
    )


def module(*, begun: bool, last: datetime = NOON, why: str | None = None) -> Any:
    return SimpleNamespace(
        slug="waiting",
        title="Questions worth waiting for",
        summary="Wait twice.",
        minutes=60,
        minutes_left=20,
        begun_at=NOON if begun else None,
        last_at=last if begun else None,
        page_slug="one-second" if begun else None,
        page_title="One second" if begun else None,
        check_key=None,
        page_number=2,
        pages=5,
        why=why,
        cohort="Autumn" if why else None,
    )


def step(day: date | None) -> DueStep:
    return DueStep(4, "Count voices", StepKind.STEP, day, 9, "More voices", "", "", False)


def goal() -> NextStep:
    return NextStep(9, "More voices", True, 0, 1, 4, "Count voices", StepKind.STEP, None, False)


def chosen(**waits: Any) -> NextThing:
    nothing: dict[str, Any] = {"feedback": [], "owed": [], "learn": [], "goals": [], "steps": []}
    return next_thing(TODAY, **(nothing | waits))


def test_feedback_that_came_goes_before_everything():
    first = chosen(
        feedback=[feedback()], owed=[owed(lease_days=0)], learn=[module(begun=True)], goals=[goal()]
    )
    assert first.title == "Ratios with paint"
    assert "3 comments to respond to" in first.text
    assert first.url == "/feedback/rounds/1"


def test_a_review_that_ends_by_tomorrow_goes_before_ones_own_learning():
    first = chosen(owed=[owed(lease_days=1)], learn=[module(begun=True)])
    assert "Ben Silva" in first.title
    assert "8 minutes" in first.eyebrow
    assert chosen(owed=[owed(lease_days=2)], learn=[module(begun=True)]).title == "One second"
    due_today = owed(lease_days=3, due=TODAY)
    assert "Ben Silva" in chosen(owed=[due_today], learn=[module(begun=True)]).title


def test_what_was_begun_last_goes_on_where_it_was_left():
    older = module(begun=True, last=NOON - timedelta(days=3))
    older.page_title = "The older one"
    first = chosen(learn=[older, module(begun=True)], steps=[step(TODAY)])
    assert first.title == "One second"
    assert first.text == "Page 2 of 5 in “Questions worth waiting for”."
    assert first.url == "/learn/waiting/one-second"


def test_a_step_that_is_due_goes_before_a_review_that_has_time():
    assert chosen(steps=[step(TODAY)], owed=[owed()]).title == "Count voices"
    assert "Ben Silva" in chosen(steps=[step(TODAY + timedelta(days=2))], owed=[owed()]).title


def test_an_assigned_module_is_offered_with_its_why():
    first = chosen(learn=[module(begun=False, why="You asked for it.")], goals=[goal()])
    assert first.text == "You asked for it."
    assert "Autumn" in first.eyebrow


def test_somebody_new_is_helped_to_a_first_goal_and_later_to_the_library():
    assert chosen().url == "/goals/new"
    assert chosen(goals=[goal()]).url == "/learn?minutes=20"
