"""Coaches hand over, cover for one another, and are asked for.

Revision: 0088, after 0087
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

ASKED = sa.text("from_id IS NULL AND to_id IS NULL AND ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("coaching") as coaching:
        coaching.add_column(sa.Column("covers_id", sa.Integer(), nullable=True))
        coaching.add_column(sa.Column("until", sa.Date(), nullable=True))
        coaching.create_foreign_key(
            op.f("fk_coaching_covers_id"), "person", ["covers_id"], ["id"]
        )
    op.create_table(
        "coach_handover",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("from_id", sa.Integer(), sa.ForeignKey("person.id")),
        sa.Column("to_id", sa.Integer(), sa.ForeignKey("person.id")),
        sa.Column("teacher_id", sa.Integer(), sa.ForeignKey("person.id")),
        sa.Column("clip_id", sa.Integer(), sa.ForeignKey("clip.id")),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("began_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.CheckConstraint("teacher_id IS NOT NULL OR ends_on IS NOT NULL", name="whom"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="days"),
    )
    op.create_index("ix_coach_handover_from_id", "coach_handover", ["from_id"])
    op.create_index("ix_coach_handover_to_id", "coach_handover", ["to_id"])
    op.create_index(
        "uq_coach_handover_asked", "coach_handover", ["teacher_id"], unique=True,
        sqlite_where=ASKED, postgresql_where=ASKED,
    )  # fmt: skip
