"""An upload says which earlier clip it answers.

Revision: 0098, after 0097
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clip_upload") as upload:
        upload.add_column(sa.Column("earlier_id", sa.Integer(), nullable=True))
        upload.create_foreign_key("fk_clip_upload_earlier_id", "clip", ["earlier_id"], ["id"])
