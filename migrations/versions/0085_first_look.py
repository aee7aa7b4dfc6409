"""The owner of a clip looks first.

Revision: 0085, after 0084
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.db import Moment

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "clip", sa.Column("looks_first", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("clip", sa.Column("opened_at", Moment()))
    op.create_table(
        "clip_first_look",
        sa.Column("clip_id", sa.Integer(), sa.ForeignKey("clip.id"), primary_key=True),
        sa.Column("pleased", sa.Text(), nullable=False),
        sa.Column("surprised", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("to_coach", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
