"""Modules are found by the skills that their questions name, too, however they are written.

Revision: 0047, after 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.modules.library import indexing

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TOLD = ("skills", "outcomes", "prerequisites", "authors", "facets")


def upgrade() -> None:
    op.add_column(
        "module_tag", sa.Column("folded", sa.String(80), nullable=False, server_default="")
    )
    op.create_index("ix_module_tag_folded", "module_tag", ["facet", "folded", "module_id"])
    connection = op.get_bind()
    names = ("id", "module_id", "title", "summary", "about", "language", "audience")
    edition = sa.table("edition", *map(sa.column, names), *(sa.column(n, sa.JSON()) for n in TOLD))
    module = sa.table("module", sa.column("current_id"))
    out = sa.select(edition).where(edition.c.id.in_(sa.select(module.c.current_id)))
    for row in connection.execute(out).mappings().all():
        indexing.index(connection, row)
