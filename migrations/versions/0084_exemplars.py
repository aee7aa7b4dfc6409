"""Clips that are offered to learn from.

Revision: 0084, after 0083
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.db import Moment

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clip_exemplar",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("clip_id", sa.Integer(), sa.ForeignKey("clip.id"), nullable=False),
        sa.Column("school_id", sa.Integer(), sa.ForeignKey("school.id")),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("look_fors", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("offered_at", Moment(), nullable=False),
        sa.Column("warned_at", Moment()),
        sa.Column("ended_at", Moment()),
    )
    op.create_index("ix_clip_exemplar_clip_id", "clip_exemplar", ["clip_id"])
    op.create_index(
        "uq_clip_exemplar_now",
        "clip_exemplar",
        ["clip_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("clip_share", sa.Column("exemplar_asked_at", Moment()))
