"""What to look for on a clip, and comments that are collected before they are sent.

Revision: 0070, after 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("look_fors", sa.JSON(), nullable=True))
    op.add_column("comment", sa.Column("look_for", sa.String(120), nullable=True))
    op.create_table(
        "comment_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name="fk_comment_draft_work_id"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name="fk_comment_draft_author_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comment_draft"),
    )
    op.create_index("ix_comment_draft_author_id", "comment_draft", ["author_id"])
    op.create_index("ix_comment_draft_work_author", "comment_draft", ["work_id", "author_id"])
