"""Clips have several files, made by a worker that counts its tries.

Revision: 0082, after 0081
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clip_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clip_id", sa.Integer(), sa.ForeignKey("clip.id"), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("storage_key", sa.String(120), nullable=False),
        sa.Column("content_type", sa.String(60), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("clip_id", "purpose", name=op.f("uq_clip_file_clip_id_purpose")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_clip_file_storage_key")),
    )
    with op.batch_alter_table("clip") as clip:
        clip.add_column(sa.Column("processed_at", sa.DateTime(), nullable=True))
        clip.add_column(sa.Column("process_after", sa.DateTime(), nullable=True))
        for counter in ("turn", "tries", "progress"):
            clip.add_column(sa.Column(counter, sa.Integer(), nullable=False, server_default="0"))
        # Each clip is processed once more: those that are there have no poster.
        clip.drop_column("measured_at")
        clip.drop_column("measure_after")
    waits = sa.text("processed_at IS NULL AND deleted_at IS NULL")
    op.create_index(
        "ix_clip_unprocessed",
        "clip",
        ["process_after"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
