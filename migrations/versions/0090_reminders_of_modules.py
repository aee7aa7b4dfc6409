"""Learners are reminded of their own day; a suggested goal can be declined.

Revision: 0090, after 0089
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrollment") as enrollment:
        enrollment.add_column(
            sa.Column("reminded", sa.Integer(), server_default="0", nullable=False)
        )
        enrollment.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
    op.create_table(
        "goal_start_declined",
        sa.Column("start_id", sa.Integer(), sa.ForeignKey("goal_start.id"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index(
        "ix_goal_start_declined_person_id", "goal_start_declined", ["person_id"]
    )
