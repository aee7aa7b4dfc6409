"""Modules have grades, subjects, formats, a lens and levers, and are listed as people sort them.

Revision: 0029, after 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pdportal.accounts.naming import LONGEST_KEY, name_words, sort_key
from pdportal.folding import fold
from pdportal.modules.compiler.facets import formats_of

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AT_ONCE = 1000

FACETS = ("skill", "grade", "subject", "language", "format", "lens", "after")
def upgrade() -> None:
    for name in ("facets", "levers", "cover"):
        op.add_column("edition", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("edition", sa.Column("sort_key", sa.LargeBinary(LONGEST_KEY), nullable=True))
    op.drop_table("module_skill")
    op.create_table(
        "module_tag",
        sa.Column(
            "module_id",
            sa.Integer(),
            sa.ForeignKey("module.id", ondelete="CASCADE", name="fk_module_tag_module_id"),
            nullable=False,
        ),
        sa.Column(
            "facet",
            sa.Enum(*FACETS, name="facet", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("module_id", "facet", "name", name="pk_module_tag"),
    )
    op.create_index("ix_module_tag_facet", "module_tag", ["facet", "name", "module_id"])
    for table, name in (
        ("person", "name"),
        ("school", "name"),
        ("cohort", "name"),
        ("edition", "title"),
    ):
        _store_keys(table, name)
    _store_words()
    _store_formats()


def _store_keys(table_name: str, called: str) -> None:
    """Numbers count by their value now; titles of modules have a key, too."""
    table = sa.table(
        table_name, sa.column("id"), sa.column(called), sa.column("sort_key", sa.LargeBinary)
    )
    store = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values(sort_key=sa.bindparam("key"))
    )
    keys = [
        {"row": row.id, "key": sort_key(row[1])}
        for row in op.get_bind().execute(sa.select(table.c.id, table.c[called]))
        if table_name != "person" or any(letter.isdigit() for letter in row[1])
    ]
    for start in range(0, len(keys), AT_ONCE):
        op.get_bind().execute(store, keys[start : start + AT_ONCE])


def _store_words() -> None:
    """Names in scripts whose vowels are marks, or whose letters are many ways to write one."""
    words = sa.table(
        "person_word", sa.column("district_id"), sa.column("word"), sa.column("person_id")
    )
    columns = [sa.column(name) for name in ("id", "district_id", "name", "email", "teaches")]
    people = op.get_bind().execute(sa.select(*columns).select_from(sa.table("person"))).all()
    for person in people:
        if fold(f"{person.name}{person.teaches}").isascii():
            continue
        op.execute(sa.delete(words).where(words.c.person_id == person.id))
        found = name_words(person.name, person.email, person.teaches)
        op.bulk_insert(
            words,
            [
                {"district_id": person.district_id, "word": word, "person_id": person.id}
                for word in found
            ],
        )


def _store_formats() -> None:
    """What one does in the editions that are stored, by what their pages hold."""
    edition = sa.table("edition", sa.column("id"), sa.column("facets", sa.JSON()))
    page = sa.table(
        "page", *map(sa.column, ("edition_id", "section", "text")), sa.column("body", sa.JSON())
    )
    block = sa.table(
        "block", sa.column("edition_id"), sa.column("kind"), sa.column("data", sa.JSON())
    )
    connection = op.get_bind()
    for edition_id in connection.execute(sa.select(edition.c.id)).scalars().all():
        pages = connection.execute(
            sa.select(page.c.text, page.c.body).where(
                page.c.edition_id == edition_id, page.c.section != "facilitators"
            )
        ).all()
        blocks = connection.execute(
            sa.select(block.c.kind, block.c.data).where(block.c.edition_id == edition_id)
        ).all()
        found = formats_of(
            any(row.text for row in pages),
            [piece.get("html", "") for row in pages for piece in row.body],
            {row.kind for row in blocks},
            has_protocol=any(row.data.get("protocol") for row in blocks),
        )
        connection.execute(
            sa.update(edition)
            .where(edition.c.id == edition_id)
            .values(facets={"format": found})
        )
