"""One's own data can be downloaded and given up, and notices hold ids instead of names.

Revision: 0017, after 0016
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(), nullable=True),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_download_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    op.create_index(op.f("ix_download_person_id"), "download", ["person_id"])
    op.create_table(
        "leaving",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("leaves_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("carried_out_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leaving_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving")),
    )
    op.create_index(
        "uq_leaving_open",
        "leaving",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    _ids_for_names()


def _ids_for_names() -> None:
    """Of the names in old notices, the sender's: by it most sentences begin."""
    notice = sa.table("notice", sa.column("id"), sa.column("words", sa.JSON), sa.column("from_id"))
    person = sa.table("person", sa.column("id"), sa.column("name"))
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(notice.c.id, notice.c.words, person.c.id, person.c.name).join(
            person, person.c.id == notice.c.from_id
        )
    ).all()
    for notice_id, words, person_id, name in rows:
        words = json.loads(words) if isinstance(words, str) else words
        if name in words.values():
            new = {
                key: {"person": person_id} if word == name else word for key, word in words.items()
            }
            connection.execute(
                sa.update(notice).where(notice.c.id == notice_id).values(words=new)
            )
