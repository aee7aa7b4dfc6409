"""Givers confirm what was made of their comments on clips.

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VERDICTS = ("use", "adapt", "decline")


def upgrade() -> None:
    # On a clip there is no revision that could answer a comment: the owner's word is the answer.
    with op.batch_alter_table("decision", copy_from=_as_it_was()) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_confirmed"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_decision_confirmed_or_asked"),
            "confirmed_at IS NULL OR asked_again_at IS NULL",
        )


def _as_it_was() -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    return sa.Table(
        "decision",
        sa.MetaData(),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("addressed_in_id", sa.Integer(), nullable=True),
        sa.Column("addressed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("asked_again_at", sa.DateTime(), nullable=True),
        sa.Column("asked_again", sa.Text(), nullable=False),
        sa.CheckConstraint(sa.column("verdict").in_(VERDICTS), name="ck_decision_verdict"),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR addressed_at IS NOT NULL OR verdict = 'decline'",
            name="ck_decision_confirmed",
        ),
        sa.CheckConstraint(
            "(addressed_in_id IS NULL) = (addressed_at IS NULL)", name="ck_decision_addressed"
        ),
        sa.ForeignKeyConstraint(
            ["addressed_in_id"], ["revision.id"], name="fk_decision_addressed_in_id"
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_decision_comment_id"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_decision"),
        sa.Index("ix_decision_addressed_in_id", "addressed_in_id"),
    )
