"""What an owner types of the changes to a clip is kept before it is made.

Revision: 0091, after 0090
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clip") as clip:
        clip.add_column(sa.Column("edits_typed", sa.JSON(), nullable=True))
