"""A comment's quote has its place: the first of its letters in the field.

Comments from before have none; it is worked out from their words when they are shown.

Revision: 0016, after 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("letter", sa.Integer(), nullable=True))
