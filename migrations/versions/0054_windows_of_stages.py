"""Stages of a round that open one after the other.

Revision: 0054, after 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("opens", sa.JSON(), nullable=True))
    op.add_column(
        "round", sa.Column("opened", sa.Integer(), nullable=False, server_default="0")
    )
