"""Evidence can be a file, a clip or a result, and is about skills; reminders of steps.

Revision: 0058, after 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("goal") as goal:
        goal.add_column(sa.Column("files_id", sa.Integer(), nullable=True))
        goal.create_foreign_key(op.f("fk_goal_files_id"), "work", ["files_id"], ["id"])
        goal.create_unique_constraint(op.f("uq_goal_files_id"), ["files_id"])
    with op.batch_alter_table("evidence") as evidence:
        evidence.add_column(
            sa.Column("label", sa.String(200), nullable=False, server_default="")
        )
        evidence.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        evidence.create_foreign_key(
            op.f("fk_evidence_file_id"), "work_file", ["file_id"], ["id"], ondelete="SET NULL"
        )
    op.create_table(
        "evidence_skill",
        sa.Column(
            "evidence_id",
            sa.Integer(),
            sa.ForeignKey("evidence.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "skill_id",
            sa.Integer(),
            sa.ForeignKey("skill.id", ondelete="CASCADE"),
            primary_key=True,
        ),
    )
    op.create_index("ix_evidence_skill_skill_id", "evidence_skill", ["skill_id"])
    op.add_column("step", sa.Column("remind_before", sa.Integer(), nullable=True))
    op.add_column(
        "step", sa.Column("reminded", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("step", sa.Column("reminded_on", sa.Date(), nullable=True))
