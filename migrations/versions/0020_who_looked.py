"""Who looked at a work and who looked at a clip is noted in one place.

Revision: 0020, after 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_look_person_id")),
        sa.PrimaryKeyConstraint("object_type", "object_id", "person_id", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_person_id"), "look", ["person_id"])
    for thing in ("work", "clip"):
        op.execute(
            "INSERT INTO look (object_type, object_id, person_id, first_at, last_at) "
            f"SELECT '{thing}', {thing}_id, person_id, first_at, last_at FROM {thing}_look"
        )
        op.drop_table(f"{thing}_look")
