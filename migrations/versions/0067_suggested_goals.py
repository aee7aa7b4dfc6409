"""Goals that are suggested to a cohort.

Revision: 0067, after 0066
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal_start",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("cohort_id", sa.Integer(), sa.ForeignKey("cohort.id"), nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
    )
    op.create_index("ix_goal_start_cohort_id", "goal_start", ["cohort_id"])
    with op.batch_alter_table("goal") as goal:
        goal.add_column(sa.Column("start_id", sa.Integer(), nullable=True))
        goal.create_foreign_key(op.f("fk_goal_start_id"), "goal_start", ["start_id"], ["id"])
    op.create_index("ix_goal_start_id", "goal", ["start_id"])
