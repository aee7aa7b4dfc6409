"""Two colleagues change the reviews they owe; why somebody declined, for those who run the cohort.

Revision: 0053, after 0052
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

REASONS = ("busy", "subject", "close", "unsaid", "person")


def upgrade() -> None:
    with op.batch_alter_table("review") as review:
        review.add_column(sa.Column("decline_why", sa.String(length=24), nullable=True))
        review.create_check_constraint(
            op.f("ck_review_declinewhy"), sa.column("decline_why").in_(REASONS)
        )
    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mine_id", sa.Integer(), nullable=False),
        sa.Column("theirs_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["mine_id"], ["review.id"], name=op.f("fk_swap_mine_id")),
        sa.ForeignKeyConstraint(["theirs_id"], ["review.id"], name=op.f("fk_swap_theirs_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
        sa.UniqueConstraint("mine_id", "theirs_id", name=op.f("uq_swap_mine_id_theirs_id")),
    )
    op.create_index(op.f("ix_swap_theirs_id"), "swap", ["theirs_id"])
