"""Messages that begin a conversation; within how many school days a coach answers.

Revision: 0079, after 0078
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

ANSWER = sa.Enum(
    "yes", "not_now", name="helloanswer", native_enum=False, create_constraint=True, length=24
)
OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.add_column("person", sa.Column("answers_within", sa.Integer(), nullable=True))
    op.create_table(
        "hello",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("from_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("to_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("about", sa.String(160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("answer", ANSWER),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )
    op.create_index(
        "uq_hello_open", "hello", ["from_id", "to_id"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_hello_to_id", "hello", ["to_id"])
