"""Rubrics: the criteria of a round, the cell a comment stands in, an author's own look.

Revision: 0042, after 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work", sa.Column("rubric", sa.JSON(), nullable=True))
    op.add_column("round", sa.Column("rubric", sa.JSON(), nullable=True))
    op.add_column("comment", sa.Column("cell", sa.String(length=40), nullable=True))
    op.create_table(
        "self_assessment",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_self_assessment_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_self_assessment")),
    )
