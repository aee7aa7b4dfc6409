"""An abandoned goal is called so in its column and in what is recorded.

Revision: 0010, after 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE goal RENAME COLUMN let_go_at TO abandoned_at")
    op.execute("UPDATE event SET verb = 'abandoned' WHERE verb = 'let_go' AND object_type = 'goal'")
