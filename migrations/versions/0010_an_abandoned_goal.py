"""An abandoned goal is called so in its column and in what is recorded.

Revision: 0010, after 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


RENAME = "UPDATE event SET verb = 'abandoned' WHERE verb = 'let_go' AND object_type = 'goal'"


def upgrade() -> None:
    op.execute("ALTER TABLE goal RENAME COLUMN let_go_at TO abandoned_at")
    # What happened stays as it was; only its name follows, so the guard is lifted for this.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE event DISABLE TRIGGER event_is_never_changed")
        op.execute(RENAME)
        op.execute("ALTER TABLE event ENABLE TRIGGER event_is_never_changed")
        return
    op.execute("DROP TRIGGER event_is_never_changed")
    op.execute(RENAME)
    op.execute(
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'An event is never changed.'); END"
    )
