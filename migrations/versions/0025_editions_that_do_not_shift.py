"""Which compiler made an edition, and in which one somebody finished.

Of editions that are there, nobody knows the compiler (0) until the same content is published again.

Revision: 0025, after 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "edition", sa.Column("compiler", sa.Integer(), nullable=False, server_default="0")
    )
    with op.batch_alter_table("enrollment") as batch_op:
        batch_op.add_column(sa.Column("finished_in_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_enrollment_finished_in_id"), "edition", ["finished_in_id"], ["id"]
        )
    enrollment = sa.table(
        "enrollment", sa.column("edition_id"), sa.column("finished_in_id"), sa.column("finished_at")
    )
    op.execute(
        enrollment.update()
        .where(enrollment.c.finished_at.is_not(None))
        .values(finished_in_id=enrollment.c.edition_id)
    )
