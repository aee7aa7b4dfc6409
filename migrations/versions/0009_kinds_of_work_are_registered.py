"""Which kinds of work there are is said by the code that registers them.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = ("lesson_plan", "text", "goal", "task", "clip")


def upgrade() -> None:
    with op.batch_alter_table("work", copy_from=_as_it_was()) as batch_op:
        batch_op.drop_constraint(op.f("ck_work_workkind"), type_="check")


def _as_it_was() -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    return sa.Table(
        "work",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=True),
        sa.Column("put_away_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(KINDS), name="ck_work_workkind"),
        sa.CheckConstraint("(kind = 'clip') = (clip_id IS NOT NULL)", name="ck_work_clip"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_work_author_id"),
        sa.ForeignKeyConstraint(["clip_id"], ["clip.id"], name="fk_work_clip_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("clip_id", name="uq_work_clip_id"),
        sa.Index("ix_work_author_id", "author_id"),
    )
