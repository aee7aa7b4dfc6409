"""Leads remind who owes feedback, and end asking.

Revision: 0052, after 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("asking_ended_at", sa.DateTime(), nullable=True))
    op.add_column("review", sa.Column("nudged_at", sa.DateTime(), nullable=True))
