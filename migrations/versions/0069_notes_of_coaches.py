"""Notes of coaches, which are their contact log.

Revision: 0069, after 0068
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

READERS = sa.Enum("me", "pair", name="readers", native_enum=False, create_constraint=True, length=24)
CONTACTS = ("visit", "conference", "clip", "message", "call", "hallway", "other")
CONTACT = sa.Enum(*CONTACTS, name="contact", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "coach_note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("teacher_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("form_key", sa.String(40), nullable=False),
        sa.Column("readers", READERS),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(120), nullable=False),
        sa.Column("contact", CONTACT),
        sa.Column("minutes", sa.Integer()),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("follow_on", sa.Date()),
        sa.Column("kept_at", sa.DateTime()),
        sa.Column("shared_at", sa.DateTime()),
        sa.Column("deleted_at", sa.DateTime()),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("author_id", "form_key"),
        sa.CheckConstraint("kept_at IS NULL OR readers IS NOT NULL", name="chosen"),
        sa.CheckConstraint("shared_at IS NULL OR readers = 'pair'", name="shared"),
    )
    op.create_index("ix_coach_note_day", "coach_note", ["author_id", "on_day"])
    op.create_index("ix_coach_note_teacher_id", "coach_note", ["teacher_id"])
