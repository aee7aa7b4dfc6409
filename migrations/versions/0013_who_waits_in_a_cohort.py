"""The requests of a cohort that wait are found in the order in which they were made.

Revision: 0013, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITING = sa.text("taken_back_at IS NULL AND closed_at IS NULL AND answered_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_round_waiting",
        "round",
        ["cohort_id", "shared_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
