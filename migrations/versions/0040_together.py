"""Questions that colleagues correct together, and a kind of block for them.

Revision: 0040, after 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE = ("question", "reflection", "task", "tryout", "note", "mirror", "choice")
KINDS = (*BEFORE, "together")


def upgrade() -> None:
    with op.batch_alter_table("block", copy_from=_blocks_as_they_were()) as block:
        block.drop_constraint(op.f("ck_block_blockkind"), type_="check")
        block.create_check_constraint(op.f("ck_block_blockkind"), sa.column("kind").in_(KINDS))
    op.create_table(
        "together_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        _key("together_group", "module_id", "module"),
        _key("together_group", "block_id", "block"),
        _key("together_group", "cohort_id", "cohort"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_together_group")),
    )
    for column in ("module_id", "block_id"):
        op.create_index(op.f(f"ix_together_group_{column}"), "together_group", [column])
    op.create_index(
        "ix_together_group_place", "together_group", ["cohort_id", "module_id", "key"]
    )
    op.create_table(
        "together_sheet",
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("agreed", sa.Integer(), nullable=True),
        sa.Column("passed_over_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        _key("together_sheet", "enrollment_id", "enrollment"),
        _key("together_sheet", "block_id", "block"),
        _key("together_sheet", "group_id", "together_group"),
        sa.PrimaryKeyConstraint("enrollment_id", "block_id", name=op.f("pk_together_sheet")),
    )
    op.create_index(op.f("ix_together_sheet_group_id"), "together_sheet", ["group_id"])


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _blocks_as_they_were() -> sa.Table:
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
        sa.Column("optional", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("choice_id", sa.Integer(), nullable=True),
        sa.Column("option", sa.String(80), nullable=False, server_default=""),
        sa.CheckConstraint(sa.column("kind").in_(BEFORE), name="ck_block_blockkind"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_block_edition_id"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_block_page_id"),
        sa.ForeignKeyConstraint(["choice_id"], ["block.id"], name="fk_block_choice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sa.UniqueConstraint("page_id", "key", name="uq_block_page_id_key"),
        sa.Index("ix_block_edition_id", "edition_id"),
    )
