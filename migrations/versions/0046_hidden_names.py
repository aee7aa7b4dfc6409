"""Rounds can hide names.

Revision: 0046, after 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hides_author", "hides_reviewers"):
        op.add_column(
            "round", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("round", sa.Column("author_shown_at", sa.DateTime(), nullable=True))
    op.add_column("review", sa.Column("letter", sa.Integer(), nullable=True))
    op.add_column("review", sa.Column("shown_at", sa.DateTime(), nullable=True))
    op.create_index("uq_review_letter", "review", ["round_id", "letter"], unique=True)
