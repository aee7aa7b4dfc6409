"""What people want by mail and when, by topic; each notice knows when it goes and in which letter.

Revision: 0063, after 0062
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_wishes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        _enum("door", "door", "at_once", "digest", "portal"),
        sa.Column("doors", sa.JSON(), nullable=False),
        _enum("digest_days", "digestdays", "every", "school", "monday"),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("quiet_weekends", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to",
            name=op.f("ck_notice_wishes_quiet"),
        ),
        sa.CheckConstraint(
            "digest_hour BETWEEN 0 AND 23", name=op.f("ck_notice_wishes_hour")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_notice_wishes_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_wishes")),
    )
    op.execute(
        "INSERT INTO notice_wishes"
        " (person_id, door, doors, digest_days, digest_hour, quiet_weekends)"
        " SELECT id, CASE mail_choice WHEN 'daily' THEN 'digest' ELSE 'portal' END, '{}',"
        " 'every', 7, false FROM person WHERE mail_choice <> 'at_once'"
    )
    with op.batch_alter_table("person") as person:
        person.drop_constraint(op.f("ck_person_mailchoice"), type_="check")
        person.drop_column("mail_choice")
    op.add_column("letter", sa.Column("about", sa.String(length=24), nullable=True))
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("mail_at", sa.DateTime(), nullable=True))
        notice.add_column(sa.Column("letter_id", sa.Integer(), nullable=True))
        notice.create_foreign_key(
            op.f("fk_notice_letter_id"), "letter", ["letter_id"], ["id"], ondelete="SET NULL"
        )
        notice.drop_index("ix_notice_to_mail")
    waits, is_in = sa.text("mailed_at IS NULL"), sa.text("letter_id IS NOT NULL")
    op.create_index(
        "ix_notice_to_mail", "notice", ["mail_at"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_index(
        "ix_notice_letter_id", "notice", ["letter_id"], sqlite_where=is_in, postgresql_where=is_in
    )
    op.execute(
        "UPDATE notice SET letter_id = (SELECT min(letter.id) FROM letter WHERE"
        " letter.person_id = notice.person_id AND letter.written_at = notice.mailed_at)"
        " WHERE mailed_at IS NOT NULL"
    )


def _enum(column: str, name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
    return sa.Column(column, kind, nullable=False)
