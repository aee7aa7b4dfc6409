"""Cohorts may belong to a school; every district keeps an admin of all of it.

Revision: 0004, after 0003
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.add_column(sa.Column("school_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_cohort_school_id"), "school", ["school_id"], ["id"]
        )
    # An admin of a school led the whole district until now. Where there is no other, they still do.
    op.execute(
        sa.text(
            """
            INSERT INTO role (person_id, name, school_id, created_at)
            SELECT DISTINCT person.id, 'admin', CAST(NULL AS INTEGER), :now
            FROM role JOIN person ON person.id = role.person_id
            WHERE role.name = 'admin' AND role.school_id IS NOT NULL AND person.active
            AND person.district_id NOT IN (
                SELECT other.district_id
                FROM role AS held JOIN person AS other ON other.id = held.person_id
                WHERE held.name = 'admin' AND held.school_id IS NULL AND other.active
            )
            """
        ).bindparams(sa.bindparam("now", datetime.now(UTC).replace(tzinfo=None), sa.DateTime()))
    )
