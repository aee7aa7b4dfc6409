"""What a try-out looks at, and what was learned from it.

Revision: 0061, after 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("measure", "learned"):
        op.add_column("step", sa.Column(name, sa.Text(), nullable=False, server_default=""))
