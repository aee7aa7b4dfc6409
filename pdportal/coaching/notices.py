"""What people are told about coaching; no sentence says what somebody wrote."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic

_CYCLE = _l("Open the cycle"), Topic.COACHING


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind(
        "coach_note", _l("%(by)s shared a note with you."), _l("Read the note"), Topic.COACHING
    )
    for name, text, link, topic in (
        ("hello", _l("%(by)s would like to talk with you."), _l("Read it"), Topic.REQUESTS),
        ("hello_yes", _l("%(by)s would like to talk, too."), _l("Read it"), Topic.COACHING),
        ("cycle_began", _l("%(by)s begins a coaching cycle with you."), *_CYCLE),
        ("cycle_moved", _l("%(by)s moved your coaching cycle to another phase."), *_CYCLE),
        ("cycle_step", _l("%(by)s chose a step in your coaching cycle."), *_CYCLE),
        ("cycle_ended", _l("%(by)s ended your coaching cycle. You can still read it."), *_CYCLE),
        ("hello_not_now", _l("%(by)s says: not now."), _l("Read it"), Topic.COACHING),
    ):
        add_kind(name, text, link, topic)
