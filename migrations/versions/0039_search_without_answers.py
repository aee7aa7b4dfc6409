"""Search no longer finds what a question says after it is answered.

Revision: 0039, after 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.modules.library import indexing

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TOLD = ("skills", "outcomes", "prerequisites", "authors", "facets")


def upgrade() -> None:
    connection = op.get_bind()
    names = ("id", "module_id", "title", "summary", "about", "language", "audience")
    edition = sa.table("edition", *map(sa.column, names), *(sa.column(n, sa.JSON()) for n in TOLD))
    module = sa.table("module", sa.column("current_id"))
    out = sa.select(edition).where(edition.c.id.in_(sa.select(module.c.current_id)))
    for row in connection.execute(out).mappings().all():
        indexing.index(connection, row)
