"""What was agreed about a clip, and how often somebody looked.

Revision: 0075, after 0074
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("agreed", "agreed_by"):
        op.add_column("clip", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("clip", sa.Column("agreed_on", sa.Date()))
    op.add_column("look", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
