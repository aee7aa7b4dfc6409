"""What the author of a work told the giver of a comment about it.

Revision: 0056, after 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

WAYS = ("helped", "thinking", "unclear")


def upgrade() -> None:
    op.create_table(
        "helped",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(sa.column("how").in_(WAYS), name=op.f("ck_helped_how")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_helped_comment_id")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_helped")),
    )
