"""One notice for very many people is written by a job; addresses that mail does not reach.

Revision: 0064, after 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_fan_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_ids", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_id"], ["person.id"], name=op.f("fk_notice_fan_out_from_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_fan_out")),
    )
    op.create_table(
        "undelivered",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_undelivered")),
    )
    op.execute(
        "INSERT INTO undelivered (address, times, said, at)"
        " SELECT email, 1, min(mail_trouble), max(sent_at) FROM invitation"
        " WHERE mail_trouble IS NOT NULL AND accepted_at IS NULL AND withdrawn_at IS NULL"
        " GROUP BY email"
    )
    op.drop_column("invitation", "mail_trouble")
