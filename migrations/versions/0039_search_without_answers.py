"""Search no longer finds what a question says after it is answered.

Revision: 0039, after 0038
"""

from __future__ import annotations

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """0047 indexes all modules again."""
