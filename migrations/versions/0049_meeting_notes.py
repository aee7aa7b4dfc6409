"""A note in a meeting belongs to the stage it was begun in; one person may type for a room.

Revision: 0049, after 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stage = sa.Column("draft_stage", sa.String(60), nullable=False, server_default="")
    op.add_column("seat", stage)
    shared = sa.Column("one_screen", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("seat", shared)
    with op.batch_alter_table("meeting_note") as note:
        note.add_column(sa.Column("typed_by_id", sa.Integer()))
        note.create_foreign_key(
            "fk_meeting_note_typed_by_id", "person", ["typed_by_id"], ["id"]
        )
