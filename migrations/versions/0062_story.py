"""What prompted a version of a goal; what is agreed to be on its poster.

Revision: 0062, after 0061
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

ONE = " + ".join(
    f"(CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END)" for name in ("comment", "evidence", "step")
)


def upgrade() -> None:
    op.create_table(
        "goal_cause",
        sa.Column("revision_id", sa.Integer(), sa.ForeignKey("revision.id"), primary_key=True),
        sa.Column("comment_id", sa.Integer(), sa.ForeignKey("comment.id", ondelete="CASCADE")),
        sa.Column("evidence_id", sa.Integer(), sa.ForeignKey("evidence.id", ondelete="CASCADE")),
        sa.Column("step_id", sa.Integer(), sa.ForeignKey("step.id")),
        sa.CheckConstraint(f"{ONE} = 1", name=op.f("ck_goal_cause_one")),
    )
    op.create_index("ix_goal_cause_comment_id", "goal_cause", ["comment_id"])
    op.add_column("goal", sa.Column("poster", sa.JSON(), nullable=True))
