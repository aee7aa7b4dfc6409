"""When somebody last said something about a work that is talked about, by an index alone.

Revision: 0096, after 0095
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    in_talks = sa.text("review_id IS NULL")
    op.create_index(
        "ix_comment_said",
        "comment",
        ["author_id", "revision_id", "written_at"],
        sqlite_where=in_talks,
        postgresql_where=in_talks,
    )
