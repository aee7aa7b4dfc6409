"""The one step in focus; when a goal is for, and what its owner says to five questions.

Revision: 0055, after 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "focus",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("step_id", sa.Integer(), sa.ForeignKey("step.id"), nullable=False),
    )
    op.create_index("ix_focus_step_id", "focus", ["step_id"])
    op.add_column("goal", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("goal", sa.Column("peers", sa.JSON(), nullable=True))
    op.add_column(
        "goal", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
