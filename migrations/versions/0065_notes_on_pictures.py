"""A note in a meeting is about a part of a picture.

Revision: 0065, after 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting_note", sa.Column("page", sa.Integer(), nullable=True))
    op.add_column("meeting_note", sa.Column("region", sa.String(24), nullable=True))
