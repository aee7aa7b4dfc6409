"""The first step to do of a goal is found by an index.

Revision: 0099, after 0098
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None


def upgrade() -> None:
    to_do = sa.text("done_at IS NULL AND removed_at IS NULL")
    op.create_index(
        "ix_step_to_do", "step", ["goal_id", "place"], sqlite_where=to_do, postgresql_where=to_do
    )
