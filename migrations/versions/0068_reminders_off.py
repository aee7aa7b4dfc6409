"""Reminders that somebody switched off.

Revision: 0068, after 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notice_wishes", sa.Column("off", sa.JSON(), nullable=False, server_default="[]")
    )
