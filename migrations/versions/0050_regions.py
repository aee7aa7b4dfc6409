"""A comment can be about a part of a picture or page.

Revision: 0050, after 0049
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

ANCHORS = ("whole", "field", "passage", "moment", "region")


def upgrade() -> None:
    with op.batch_alter_table("comment") as comment:
        comment.add_column(sa.Column("page", sa.Integer(), nullable=True))
        comment.add_column(sa.Column("region", sa.String(length=24), nullable=True))
        comment.drop_constraint(op.f("ck_comment_anchorkind"), type_="check")
        comment.create_check_constraint(
            op.f("ck_comment_anchorkind"), sa.column("anchor").in_(ANCHORS)
        )
        comment.create_check_constraint(
            op.f("ck_comment_region"), "(anchor = 'region') = (page IS NOT NULL)"
        )
