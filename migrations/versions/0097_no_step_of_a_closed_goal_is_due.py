"""What says in an inbox that a step is due of a goal that is closed is read.

Revision: 0097, after 0096
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None

notice = sa.table(
    "notice", sa.column("kind"), sa.column("url"), sa.column("read_at", sa.DateTime())
)
step = sa.table("step", sa.column("id", sa.Integer()), sa.column("goal_id"))
goal = sa.table("goal", sa.column("id"), sa.column("met_at"), sa.column("abandoned_at"))


def upgrade() -> None:
    closed = sa.or_(goal.c.met_at.is_not(None), goal.c.abandoned_at.is_not(None))
    page = "/goals/steps/" + sa.cast(step.c.id, sa.String()) + "/edit"
    pages = sa.select(page).where(step.c.goal_id == goal.c.id, closed)
    due = sa.update(notice).where(
        notice.c.kind == "goal_step_due", notice.c.read_at.is_(None), notice.c.url.in_(pages)
    )
    op.execute(due.values(read_at=datetime.now(UTC).replace(tzinfo=None)))
