"""Modules are found in any language, saved, put aside, and recommended by a colleague.

Revision: 0037, after 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.modules.library import search

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _search_anew()
    op.create_table(
        "module_mark",
        _points_at("person", "module_mark"),
        _points_at("module", "module_mark"),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.Column("put_aside_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "saved_at IS NULL OR put_aside_at IS NULL", name="one"
        ),
        sa.PrimaryKeyConstraint("person_id", "module_id", name="pk_module_mark"),
    )
    op.create_index("ix_module_mark_module_id", "module_mark", ["module_id"])
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        _points_at("module", "recommendation"),
        _points_at("person", "recommendation", "from_id"),
        _points_at("person", "recommendation", "to_id"),
        _points_at("cohort", "recommendation", nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("thanked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name="two_people"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.UniqueConstraint(
            "module_id", "from_id", "to_id", name="uq_recommendation_module_id_from_id_to_id"
        ),
    )
    for name in ("from_id", "to_id"):
        op.create_index(f"ix_recommendation_{name}", "recommendation", [name])


def _points_at(other: str, table: str, name: str = "", *, nullable: bool = False) -> sa.Column:
    name = name or f"{other}_id"
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{name}")
    return sa.Column(name, sa.Integer(), key, nullable=nullable)

def _search_anew() -> None:
    """The words of modules, cut by us for both databases; 0047 puts them in."""
    connection = op.get_bind()
    on_sqlite = connection.dialect.name == "sqlite"
    op.execute(search.DROP_ON_SQLITE if on_sqlite else search.DROP_ON_POSTGRESQL)
    create = search.CREATE_ON_SQLITE if on_sqlite else search.CREATE_ON_POSTGRESQL
    for statement in create.split("; "):
        op.execute(statement)
