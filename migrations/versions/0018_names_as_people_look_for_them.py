"""Names are sorted by a stored key, found by their words, and greeted as people say.

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.accounts.naming import LONGEST_KEY, LONGEST_WORD, name_words, sort_key

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    for table in ("person", "school", "cohort"):
        op.add_column(table, sa.Column("sort_key", sa.LargeBinary(LONGEST_KEY), nullable=True))
    op.add_column("person", sa.Column("called", sa.String(60), nullable=False, server_default=""))
    words = op.create_table(
        "person_word",
        sa.Column("district_id", sa.Integer, sa.ForeignKey("district.id"), primary_key=True),
        sa.Column(
            "word",
            sa.String(LONGEST_WORD).with_variant(
                sa.String(LONGEST_WORD, collation="C"), "postgresql"
            ),
            primary_key=True,
        ),
        sa.Column(
            "person_id",
            sa.Integer,
            sa.ForeignKey("person.id", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
    )
    for table in ("person", "school", "cohort"):
        _store_keys(table)
    _store_words(words)
    op.drop_index("ix_person_district_id", "person")
    op.create_index("ix_person_listed", "person", ["district_id", "sort_key", "id"])


def _store_keys(name: str) -> None:
    table = sa.table(
        name, sa.column("id"), sa.column("name"), sa.column("sort_key", sa.LargeBinary)
    )
    store = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values(sort_key=sa.bindparam("key"))
    )
    rows = op.get_bind().execute(sa.select(table.c.id, table.c.name)).all()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        keys = [{"row": row.id, "key": sort_key(row.name)} for row in some]
        op.get_bind().execute(store, keys)


def _store_words(words: sa.Table) -> None:
    columns = [sa.column(name) for name in ("id", "district_id", "name", "email", "teaches")]
    people = op.get_bind().execute(sa.select(*columns).select_from(sa.table("person"))).all()
    for start in range(0, len(people), AT_ONCE):
        found = [
            {"district_id": person.district_id, "word": word, "person_id": person.id}
            for person in people[start : start + AT_ONCE]
            for word in name_words(person.name, person.email, person.teaches)
        ]
        op.bulk_insert(words, found)
