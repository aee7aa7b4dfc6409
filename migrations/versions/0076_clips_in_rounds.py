"""Until when those who were asked for feedback watch a clip.

Revision: 0076, after 0075
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.db import Moment

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("closed_to_rounds_at", Moment()))
