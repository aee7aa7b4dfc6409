"""One's own pace: a date, minutes a week, days, a pause; what is agreed about an assignment.

Revision: 0034, after 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("weekly_minutes", sa.Integer(), nullable=True),
        sa.Column("days", sa.String(length=7), nullable=False, server_default=""),
        sa.Column("paused_at", sa.DateTime(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
    ):
        op.add_column("enrollment", column)
    op.create_table(
        "done_elsewhere",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _key("done_elsewhere", "person_id", "person"),
        _key("done_elsewhere", "module_id", "module"),
        sa.PrimaryKeyConstraint("person_id", "module_id", name=op.f("pk_done_elsewhere")),
    )
    op.create_table(
        "agreement",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("instead_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _key("agreement", "assignment_id", "assignment"),
        _key("agreement", "person_id", "person"),
        _key("agreement", "instead_id", "module"),
        _key("agreement", "by_id", "person"),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name=op.f("pk_agreement")),
    )
    for name in ("person_id", "instead_id"):
        op.create_index(op.f(f"ix_agreement_{name}"), "agreement", [name])


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")
    )
