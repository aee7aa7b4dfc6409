"""Who writes a work with its author, and who of them saved, decided, thanked.

Revision: 0087, after 0086
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_writer",
        sa.Column("work_id", sa.Integer(), sa.ForeignKey("work.id"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("invited_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
    )
    op.create_index("ix_work_writer_person_id", "work_writer", ["person_id"])
    for table, column in (
        ("draft", "by_id"),
        ("revision", "by_id"),
        ("decision", "by_id"),
        ("helped", "by_id"),
        ("work_file", "by_id"),
        ("review", "by_id"),
    ):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(column, sa.Integer(), nullable=True))
            changed.create_foreign_key(op.f(f"fk_{table}_{column}"), "person", [column], ["id"])
