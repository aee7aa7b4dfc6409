"""Goals that stories begin with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.goals.models import Goal
from pdportal.goals.services import goals as goal_verbs
from pdportal.goals.steps import services as step_verbs
from tests.conftest import visit
from tests.people import World

__all__ = ["visit"]

CHANGE = "Students explain to one another why a strategy works."
WHY = "Right now I explain, and the quiet ones nod."
KNOW = "Twice a lesson I hear a student say “because” to another student."
WORDS = {"change": CHANGE, "why": WHY, "know": KNOW}
NOW = datetime(2026, 10, 5, 14, 0, tzinfo=UTC)

Given = Callable[..., Goal]


@pytest.fixture
def given_goal(app: Flask, world: World) -> Given:
    """A goal somebody has written down."""

    def _given(owner: Person, change: str = CHANGE, *steps: str) -> Goal:
        with app.test_request_context():
            goal = goal_verbs.begin_goal(owner, WORDS | {"change": change})
            goal_verbs.keep_goal(owner, goal, WORDS | {"change": change})
            for text in steps:
                step_verbs.add_step(owner, goal, text)
        db.session.commit()
        return goal

    return _given
