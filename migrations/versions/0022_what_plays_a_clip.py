"""A clip says why it does not play everywhere; those that are stored are looked at once more.

Revision: 0022, after 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("trouble", sa.String(length=24), nullable=True))
    op.execute(
        "UPDATE clip SET measured_at = NULL, measure_after = NULL WHERE deleted_at IS NULL"
    )
