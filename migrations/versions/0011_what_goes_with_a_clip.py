"""What was said of who is on a clip goes with the clip: of those that are deleted already, too.

Revision: 0011, after 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE clip SET consent = '', file_name = '' WHERE deleted_at IS NOT NULL")
    op.execute(
        "UPDATE clip_share SET question = '' "
        "WHERE clip_id IN (SELECT id FROM clip WHERE deleted_at IS NOT NULL)"
    )
