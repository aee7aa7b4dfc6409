"""Partners for a goal, and what they read of it.

Revision: 0057, after 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal_partner",
        sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("since", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_goal_partner_person_id", "goal_partner", ["person_id"])
    op.add_column(
        "goal", sa.Column("shows_all", sa.Boolean(), nullable=False, server_default=sa.false())
    )
