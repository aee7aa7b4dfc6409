"""When somebody first wrote a work with its author stays, whatever follows.

Revision: 0089, after 0088
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_writer", sa.Column("wrote_at", sa.DateTime(), nullable=True))
    op.execute(sa.text("UPDATE work_writer SET wrote_at = accepted_at"))
