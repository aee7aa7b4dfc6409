"""Each kind of comment has its own answers; a tick knows the decision that stood beside it.

A strength that was used or adapted is kept, one that was declined is thanked for, without the reason
that was written for declining. What was said to a question is its answer.

Revision: 0015, after 0014
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = ("use", "adapt", "decline")
AFTER = ("thank", "keep", "answer", "use", "adapt", "decline")


def upgrade() -> None:
    with op.batch_alter_table("decision", copy_from=_as_it_was()) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_verdict"), type_="check")
    kinds = "SELECT comment.id FROM comment WHERE comment.kind ="
    op.execute(
        "UPDATE decision SET verdict = CASE verdict WHEN 'decline' THEN 'thank' ELSE 'keep' END, "
        "why = CASE verdict WHEN 'decline' THEN '' ELSE why END "
        f"WHERE comment_id IN ({kinds} 'strength')"
    )
    op.execute(f"UPDATE decision SET verdict = 'answer' WHERE comment_id IN ({kinds} 'question')")
    with op.batch_alter_table("decision", copy_from=_as_it_was(checked=False)) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_decision_verdict"), sa.column("verdict").in_(AFTER))
    _ticks_with_versions()


def _ticks_with_versions() -> None:
    draft = sa.table("draft", sa.column("work_id"), sa.column("addressed", sa.JSON()))
    connection = op.get_bind()
    for work_id, ticks in connection.execute(sa.select(draft.c.work_id, draft.c.addressed)).all():
        stored = json.loads(ticks) if isinstance(ticks, str) else ticks
        if stored:
            pairs = [[ident, None] for ident in stored]
            connection.execute(
                draft.update().where(draft.c.work_id == work_id).values(addressed=pairs)
            )


def _as_it_was(*, checked: bool = True) -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    checks = [
        sa.CheckConstraint(
            "(addressed_in_id IS NULL) = (addressed_at IS NULL)", name="ck_decision_addressed"
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR asked_again_at IS NULL", name="ck_decision_confirmed_or_asked"
        ),
    ]
    if checked:
        checks.append(
            sa.CheckConstraint(sa.column("verdict").in_(BEFORE), name="ck_decision_verdict")
        )
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
        *checks,
        sa.ForeignKeyConstraint(
            ["addressed_in_id"], ["revision.id"], name="fk_decision_addressed_in_id"
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_decision_comment_id"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_decision"),
        sa.Index("ix_decision_addressed_in_id", "addressed_in_id"),
    )
