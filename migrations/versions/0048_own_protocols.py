"""Protocols that people write in the browser, and the Markdown of each edition.

Revision: 0048, after 0047
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

READERS = ("me", "cohort", "school", "district")


def upgrade() -> None:
    op.create_table(
        "own_protocol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("boxes", sa.JSON(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("based_on", sa.JSON(), nullable=False),
        sa.Column(
            "readers",
            sa.Enum(
                *READERS, name="readers", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        _key("author_id", "person"),
        _key("cohort_id", "cohort"),
        _key("district_id", "district"),
        _key("school_id", "school"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_protocol")),
    )
    op.create_index(op.f("ix_own_protocol_author_id"), "own_protocol", ["author_id"])
    with op.batch_alter_table("protocol", copy_from=_protocols_as_they_were()) as protocol:
        protocol.add_column(sa.Column("source", sa.Text(), nullable=True))
        protocol.add_column(sa.Column("own_id", sa.Integer(), nullable=True))
        protocol.add_column(sa.Column("recommended_at", sa.DateTime(), nullable=True))
        protocol.create_index(op.f("ix_protocol_own_id"), ["own_id"])
        protocol.create_foreign_key(
            op.f("fk_protocol_own_id"), "own_protocol", ["own_id"], ["id"]
        )


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_own_protocol_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _protocols_as_they_were() -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    return sa.Table(
        "protocol",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("summary", sa.String(400), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_protocol"),
        sa.UniqueConstraint("slug", "content_hash", name="uq_protocol_slug_content_hash"),
        sa.Index(
            "uq_protocol_current",
            "slug",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
    )
