"""What people are told about coaching; no sentence says what somebody wrote."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind(
        "coach_note", _l("%(by)s shared a note with you."), _l("Read the note"), Topic.COACHING
    )
