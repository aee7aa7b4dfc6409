"""When place and device were taken out of a clip; of those stored before it is not known.

Revision: 0043, after 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clip", sa.Column("cleaned_at", sa.DateTime(), nullable=True))
