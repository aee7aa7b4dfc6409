"""A work is called by a title of any length: a goal by its whole first sentence.

Revision: 0021, after 0020
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("work", copy_from=_as_it_was()) as batch_op:
        batch_op.alter_column("title", type_=sa.Text(), existing_type=sa.String(160))
    _whole_again()


def _whole_again() -> None:
    """Goals whose titles were cut are called by their whole first sentence."""
    work = sa.table("work", sa.column("id"), sa.column("kind"), sa.column("title"))
    revision = sa.table(
        "revision", sa.column("work_id"), sa.column("number"), sa.column("content", sa.JSON())
    )
    rows = (
        sa.select(work.c.id, work.c.title, revision.c.content)
        .join(revision, revision.c.work_id == work.c.id)
        .where(work.c.kind == "goal", work.c.title.like("%…"))
        .order_by(revision.c.number)
    )
    connection = op.get_bind()
    for work_id, title, content in connection.execute(rows).all():
        change = " ".join(content.get("change", "").split())
        if change.startswith(title.removesuffix("…")):
            whole = re.split(r"(?<=[.?!])\s+", change, maxsplit=1)[0]
            connection.execute(work.update().where(work.c.id == work_id).values(title=whole))


def _as_it_was() -> sa.Table:
    """SQLite makes the table anew and asks what it holds; PostgreSQL changes it where it is."""
    return sa.Table(
        "work",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=True),
        sa.Column("put_away_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(kind = 'clip') = (clip_id IS NOT NULL)", name="ck_work_clip"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_work_author_id"),
        sa.ForeignKeyConstraint(["clip_id"], ["clip.id"], name="fk_work_clip_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("clip_id", name="uq_work_clip_id"),
        sa.Index("ix_work_author_id", "author_id"),
    )
