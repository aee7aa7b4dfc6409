"""An answer is JSON of its question's kind, with a verdict that may be none.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The keys chosen so far are the answers of the kind "choice" as they are.
    with op.batch_alter_table("answer", copy_from=_as_it_was()) as batch_op:
        batch_op.alter_column("chosen", new_column_name="answer", existing_type=sa.JSON())
        batch_op.alter_column(
            "right", new_column_name="verdict", existing_type=sa.Boolean(), nullable=True
        )


def _as_it_was() -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    return sa.Table(
        "answer",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name="fk_answer_block_id"),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name="fk_answer_enrollment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.Index("ix_answer_enrollment_block", "enrollment_id", "block_id"),
    )
