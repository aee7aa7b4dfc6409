"""A download may be about one thing alone.

Revision: 0094, after 0093
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("download") as download:
        download.add_column(sa.Column("about", sa.String(length=40), nullable=True))
