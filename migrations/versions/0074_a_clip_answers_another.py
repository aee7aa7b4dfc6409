"""A clip answers an earlier one.

Revision: 0074, after 0073
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("work") as work:
        work.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        work.create_index("ix_work_follows_id", ["follows_id"])
        work.create_foreign_key("fk_work_follows_id", "work", ["follows_id"], ["id"])
