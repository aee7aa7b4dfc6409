"""A round can be about what changed since a version.

Revision: 0059, after 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("since", sa.Integer(), nullable=True))
