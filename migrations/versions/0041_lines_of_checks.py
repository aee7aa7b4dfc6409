"""Checks of several editions that ask for the same are one line, and tries count for it.

Revision: 0041, after 0040
"""

from __future__ import annotations

from types import SimpleNamespace

import sqlalchemy as sa
from alembic import op

from pdportal.modules.checks.changes import line_of

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLES = ("module_check", "check_try")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("line", sa.String(60), nullable=False, server_default=""))
    connection = op.get_bind()
    check = sa.table(
        "module_check", *map(sa.column, ("id", "edition_id", "key", "line")),
        *(sa.column(name, sa.JSON()) for name in ("skills", "forms")),
    )  # fmt: skip
    edition = sa.table("edition", *map(sa.column, ("id", "module_id", "number")))
    tried = sa.table("check_try", *map(sa.column, ("check_id", "line")))
    checks = connection.execute(
        sa.select(check, edition.c.module_id, edition.c.number)
        .join(edition, edition.c.id == check.c.edition_id)
        .order_by(edition.c.number)
    ).all()
    before: dict[tuple[int, str], list[SimpleNamespace]] = {}
    for row in (SimpleNamespace(**each._mapping) for each in checks):
        earlier = before.setdefault((row.module_id, row.key), [])
        row.line = line_of(row, row.number, earlier)
        earlier.insert(0, row)
        for table, id_ in ((check, check.c.id), (tried, tried.c.check_id)):
            connection.execute(sa.update(table).where(id_ == row.id).values(line=row.line))
