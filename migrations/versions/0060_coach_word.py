"""What a coach says of a work as a whole.

Revision: 0060, after 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("review") as review:
        review.add_column(sa.Column("coach_says", sa.String(length=24), nullable=True))
        review.add_column(sa.Column("coach_words", sa.Text(), nullable=False, server_default=""))
        review.add_column(sa.Column("coach_said_at", sa.DateTime(), nullable=True))
        review.add_column(sa.Column("coach_said_on", sa.Integer(), nullable=True))
        review.create_check_constraint(
            op.f("ck_review_coachsays"), sa.column("coach_says").in_(("accept", "revise"))
        )
