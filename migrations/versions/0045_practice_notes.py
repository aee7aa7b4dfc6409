"""Practice notes are shared with cohorts and schools, about skills, and answered in three ways.

Revision: 0045, after 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KINDS = ("strength", "question", "suggestion", "note", "thanks", "visit")


def upgrade() -> None:
    op.create_table(
        "note_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("shared_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(cohort_id IS NULL) <> (school_id IS NULL)", name=op.f("ck_note_share_one_group")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_note_share_work_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_note_share_cohort_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_note_share_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_share")),
        sa.UniqueConstraint("work_id", "cohort_id", name=op.f("uq_note_share_work_id_cohort_id")),
        sa.UniqueConstraint("work_id", "school_id", name=op.f("uq_note_share_work_id_school_id")),
    )
    op.create_index(op.f("ix_note_share_cohort_id"), "note_share", ["cohort_id"])
    op.create_index(op.f("ix_note_share_school_id"), "note_share", ["school_id"])
    op.create_table(
        "note_skill",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_note_skill_work_id")),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_note_skill_skill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "skill_id", name=op.f("pk_note_skill")),
    )
    op.create_index(op.f("ix_note_skill_skill_id"), "note_skill", ["skill_id"])
    for table in ("comment", "meeting_note"):
        with op.batch_alter_table(table) as changed:
            name = op.f(f"ck_{table}_commentkind")
            changed.drop_constraint(name, type_="check")
            changed.create_check_constraint(name, sa.column("kind").in_(KINDS))
