"""How often a reviewer was reminded by those who run the cohort.

Revision: 0092, after 0091
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "review", sa.Column("nudges", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute(sa.text("UPDATE review SET nudges = 1 WHERE nudged_at IS NOT NULL"))
