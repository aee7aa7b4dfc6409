"""Coaching cycles, from templates that are stored with the protocols.

Revision: 0080, after 0079
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

KIND = sa.Enum(
    "words", "check", "phase", "meet", "step", "end",
    name="entrykind", native_enum=False, create_constraint=True, length=24,
)  # fmt: skip
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(20), nullable=False, server_default="protocol")
    op.add_column("protocol", kind)
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("teacher_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("coach_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("template_id", sa.Integer(), sa.ForeignKey("protocol.id"), nullable=False),
        sa.Column("started_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("phase", sa.String(60), nullable=False),
        sa.Column("meet_on", sa.Date()),
        sa.Column("step_id", sa.Integer(), sa.ForeignKey("step.id", ondelete="SET NULL")),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("ended_by_id", sa.Integer(), sa.ForeignKey("person.id")),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("coach_id <> teacher_id", name="two_people"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
    )
    op.create_index("ix_cycle_coach_id", "cycle", ["coach_id"])
    op.create_index(
        "uq_cycle_open", "cycle", ["teacher_id", "coach_id", "template_id"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "cycle_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("cycle_id", sa.Integer(), sa.ForeignKey("cycle.id"), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_cycle_entry_cycle_id", "cycle_entry", ["cycle_id"])
