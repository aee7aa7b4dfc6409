"""What pages read of the evidence for a goal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.files.models import FilePicture
from pdportal.goals import policy
from pdportal.goals.models import Evidence, Goal


def evidence_of(goal: Goal, *, removed: bool = False) -> Sequence[Evidence]:
    """What was gathered for a goal, the oldest first; one statement. With `removed` also what can
    be brought back."""
    found = select(Evidence).where(Evidence.goal_id == goal.id)
    if not removed:
        found = found.where(Evidence.removed_at.is_(None))
    shown = joinedload(Evidence.picture).joinedload(FilePicture.file)
    in_order = found.order_by(Evidence.added_at, Evidence.id)
    return db.session.scalars(in_order.options(joinedload(Evidence.skills), shown)).unique().all()


def evidence(person: Person, goal: Goal, evidence_id: int) -> Select[Evidence]:
    """One piece of one's own evidence for a goal."""
    return policy.evidence_seen_by(person).where(
        Evidence.id == evidence_id, Evidence.goal_id == goal.id
    )
