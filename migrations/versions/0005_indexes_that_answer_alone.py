"""Indexes that answer what a cohort's page asks without the rows they point to.

Revision: 0005, after 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_comment_revision_id", "comment")
    op.create_index("ix_comment_revision_review", "comment", ["revision_id", "review_id"])
    op.drop_index("ix_review_owed", "review")
    op.create_index(
        "ix_review_owed", "review", ["reviewer_id", "given_at", "released_at", "round_id"]
    )
