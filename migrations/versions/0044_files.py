"""Files of works, and the pictures that are shown of them.

Revision: 0044, after 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_in", sa.Integer(), nullable=True),
        sa.Column("gone_in", sa.Integer(), nullable=True),
        sa.Column("is_leaving", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=24), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("read_after", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "gone_in IS NULL OR gone_in > added_in", name=op.f("ck_work_file_versions")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_work_file_size")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_file_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_file")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_work_file_storage_key")),
    )
    op.create_index(op.f("ix_work_file_work_id"), "work_file", ["work_id"])
    op.create_table(
        "file_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["work_file.id"], name=op.f("fk_file_picture_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_picture")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_file_picture_file_id_number")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_file_picture_storage_key")),
    )
