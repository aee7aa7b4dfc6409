"""Leads arrange who gives feedback to whom in a cohort; two people need not meet.

Revision: 0051, after 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

REASONS = (
    "lease_over", "declined", "left", "inactive", "away", "taken_back", "closed", "arranged",
    "swapped",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "pairing",
        sa.Column("cohort_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("asked", "needed", "most")),
        *(sa.Column(name, sa.String(length=24), nullable=False) for name in ("schools", "groups")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "needed >= 1 AND needed <= asked AND most >= 1", name=op.f("ck_pairing_counts")
        ),
        sa.CheckConstraint(
            "schools IN ('any', 'same', 'other') AND groups IN ('any', 'same', 'other')",
            name=op.f("ck_pairing_mixes"),
        ),
        _key("pairing", "cohort_id", "cohort"),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_pairing")),
    )
    op.create_table(
        "pair_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_pair_rule_two_people")),
        sa.CheckConstraint(
            "cohort_id IS NOT NULL OR (kind = 'apart' AND reason = '')",
            name=op.f("ck_pair_rule_wish"),
        ),
        sa.CheckConstraint(
            sa.column("kind").in_(("must", "apart")), name=op.f("ck_pair_rule_pairkind")
        ),
        _key("pair_rule", "cohort_id", "cohort"),
        *(_key("pair_rule", name, "person") for name in ("person_id", "other_id", "set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_rule")),
    )
    op.create_index(op.f("ix_pair_rule_other_id"), "pair_rule", ["other_id"])
    op.create_index(
        "uq_pair_rule_in_cohort",
        "pair_rule",
        ["cohort_id", "person_id", "other_id", "kind"],
        unique=True,
    )
    op.create_index(
        "uq_pair_rule_wish",
        "pair_rule",
        ["person_id", "other_id"],
        unique=True,
        sqlite_where=sa.text("cohort_id IS NULL"),
        postgresql_where=sa.text("cohort_id IS NULL"),
    )
    op.add_column(
        "member", sa.Column("group_name", sa.String(40), nullable=False, server_default="")
    )
    with op.batch_alter_table("review") as review:
        review.drop_constraint(op.f("ck_review_releasewhy"), type_="check")
        review.create_check_constraint(
            op.f("ck_review_releasewhy"), sa.column("release_why").in_(REASONS)
        )


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
