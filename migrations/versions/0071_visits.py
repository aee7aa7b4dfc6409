"""Visits, and the lines of notes about them.

Revision: 0071, after 0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visitor_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(), nullable=True),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("questions_version", sa.Integer(), nullable=False),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("look_fors", sa.Text(), nullable=False),
        sa.Column("working_on", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("before_version", sa.Integer(), nullable=False),
        sa.Column("notes_version", sa.Integer(), nullable=False),
        sa.Column("shared_at", sa.DateTime(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("step_version", sa.Integer(), nullable=False),
        sa.Column("followed_up_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_visit_one_answer")
        ),
        sa.CheckConstraint("visitor_id <> host_id", name=op.f("ck_visit_two")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_visit_host_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_visit_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["visitor_id"], ["person.id"], name=op.f("fk_visit_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_host_id"), ["host_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_visitor_id"), ["visitor_id"], unique=False)

    op.create_table(
        "visit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("typed", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("came_at", sa.DateTime(), nullable=False),
        sa.Column(
            "tag",
            sa.Enum(
                "teacher",
                "students",
                "number",
                name="tag",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_after", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shared_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "NOT is_after OR shared_at IS NOT NULL", name=op.f("ck_visit_line_after")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_visit_line_author_id")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_line_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_line")),
        sa.UniqueConstraint("visit_id", "key", name=op.f("uq_visit_line_visit_id_key")),
    )
    with op.batch_alter_table("visit_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_line_author_id"), ["author_id"], unique=False)
