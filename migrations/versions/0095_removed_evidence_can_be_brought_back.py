"""What was removed before it could be brought back can be brought back for its days from now on.

Revision: 0095, after 0094
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

evidence = sa.table("evidence", sa.column("removed_at", sa.DateTime()))


def upgrade() -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    removed = sa.update(evidence).where(evidence.c.removed_at.is_not(None))
    op.execute(removed.values(removed_at=now))
