"""What pages read of the evidence for a goal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.goals import policy
from pdportal.goals.models import Evidence, Goal


def evidence_of(goal: Goal) -> Sequence[Evidence]:
    """What was gathered for a goal, the oldest first, also what was removed."""
    return db.session.scalars(
        select(Evidence).where(Evidence.goal_id == goal.id).order_by(Evidence.added_at, Evidence.id)
    ).all()


def evidence(person: Person, goal: Goal, evidence_id: int) -> Select[Evidence]:
    """One piece of one's own evidence for a goal."""
    return policy.evidence_seen_by(person).where(
        Evidence.id == evidence_id, Evidence.goal_id == goal.id
    )
