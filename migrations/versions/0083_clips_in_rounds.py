"""Until when those who were asked for feedback watch a clip.

Revision: 0083, after 0082
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.db import Moment

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("closed_to_rounds_at", Moment()))
