"""What the two of a visit are told; no sentence says what was noted or said."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic


def register() -> None:
    """Teach the inbox our kinds."""
    for name, wording, topic in (
        (
            "visit_proposed",
            _l("%(by)s proposes a visit: answer when it suits you."),
            Topic.REQUESTS,
        ),
        ("visit_moved", _l("%(by)s proposes another time for your visit."), Topic.REQUESTS),
        ("visit_declined", _l("%(by)s can’t make the visit."), Topic.COACHING),
        ("visit_called_off", _l("%(by)s called the visit off."), Topic.COACHING),
        ("visit_shared", _l("%(by)s shared the notes of the visit with you."), Topic.COACHING),
        ("visit_said", _l("%(by)s wrote to you about the visit."), Topic.COACHING),
        ("visit_step", _l("%(by)s noted the next step you agreed on."), Topic.COACHING),
    ):
        add_kind(name, wording, _l("Open the visit"), topic)
