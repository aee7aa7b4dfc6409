"""An afternoon in October, several people, and a goal to begin with."""

from __future__ import annotations

from tests.conftest import visit
from tests.goals.conftest import given_goal
from tests.video.conftest import in_october

__all__ = ["given_goal", "in_october", "visit"]
