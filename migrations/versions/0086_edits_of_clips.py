"""What is cut out, blurred and muted before others see a clip.

Revision: 0086, after 0085
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("edits", sa.JSON(), nullable=True))
    op.add_column(
        "clip", sa.Column("is_silent", sa.Boolean(), nullable=False, server_default=sa.false())
    )
