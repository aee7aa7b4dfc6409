"""Ways through a module: tracks, optional pages and parts, choices, what is needed first.

Revision: 0031, after 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BEFORE = ("question", "reflection", "task", "tryout", "note", "mirror")
KINDS = (*BEFORE, "choice")


def upgrade() -> None:
    with op.batch_alter_table("edition") as edition:
        for name, empty in (("needs", "[]"), ("tracks", "[]"), ("asks", "{}")):
            edition.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
        edition.add_column(_text("first_track", 60))
    with op.batch_alter_table("page") as page:
        page.add_column(_text("track", 60))
        page.add_column(_no("optional"))
    with op.batch_alter_table("enrollment") as enrollment:
        enrollment.add_column(_text("track", 60))
    with op.batch_alter_table("block", copy_from=_blocks_as_they_were()) as block:
        block.add_column(_no("optional"))
        block.add_column(sa.Column("choice_id", sa.Integer(), nullable=True))
        block.add_column(_text("option", 80))
        block.create_foreign_key(op.f("fk_block_choice_id"), "block", ["choice_id"], ["id"])
        block.drop_constraint(op.f("ck_block_blockkind"), type_="check")
        block.create_check_constraint(op.f("ck_block_blockkind"), sa.column("kind").in_(KINDS))
    op.create_table(
        "chosen",
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_chosen_block_id")),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name=op.f("fk_chosen_enrollment_id")
        ),
        sa.PrimaryKeyConstraint("enrollment_id", "block_id", name=op.f("pk_chosen")),
    )


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
        sa.CheckConstraint(sa.column("kind").in_(BEFORE), name="ck_block_blockkind"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_block_edition_id"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_block_page_id"),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sa.UniqueConstraint("page_id", "key", name="uq_block_page_id_key"),
        sa.Index("ix_block_edition_id", "edition_id"),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
