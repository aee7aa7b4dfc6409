"""A clip is measured by one worker at a time.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("measure_after", sa.DateTime(), nullable=True))
