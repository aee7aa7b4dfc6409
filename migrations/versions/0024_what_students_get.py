"""A module has pages for students: blocks of a kind of their own.

Revision: 0024, after 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = ("question", "reflection", "task", "tryout", "note")
KINDS = (*BEFORE, "mirror")


def upgrade() -> None:
    with op.batch_alter_table("block", copy_from=_as_it_was()) as batch_op:
        batch_op.drop_constraint(op.f("ck_block_blockkind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_block_blockkind"), sa.column("kind").in_(KINDS))


def _as_it_was() -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    return sa.Table(
        "block",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(BEFORE), name="ck_block_blockkind"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_block_edition_id"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_block_page_id"),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sa.UniqueConstraint("page_id", "key", name="uq_block_page_id_key"),
        sa.Index("ix_block_edition_id", "edition_id"),
    )
