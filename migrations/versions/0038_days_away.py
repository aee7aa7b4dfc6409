"""People say when they are away, and what they owe then goes to others.

Revision: 0038, after 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

REASONS = ("lease_over", "declined", "left", "inactive", "away", "taken_back", "closed")


def upgrade() -> None:
    op.create_table(
        "away",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_away_order")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_away_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_away")),
    )
    with op.batch_alter_table("review") as review:
        review.drop_constraint(op.f("ck_review_releasewhy"), type_="check")
        review.create_check_constraint(
            op.f("ck_review_releasewhy"), sa.column("release_why").in_(REASONS)
        )
