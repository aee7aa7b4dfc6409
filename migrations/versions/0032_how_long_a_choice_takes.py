"""How much longer the chosen alternative takes than the first.

Revision: 0032, after 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("minutes", sa.Integer(), nullable=False, server_default="0")
    op.add_column("chosen", column)
