"""What the people of a group are told; no sentence says what anybody wrote."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic

_KINDS = {
    "together_came": (
        _l("%(by)s has answered, too, and is in your group for “%(module)s”."),
        _l("See who is here"),
    ),
    "together_started": (
        _l("Your group for “%(module)s” has started: see all answers and correct them together."),
        _l("See the answers"),
    ),
    "together_changed": (
        _l("%(by)s changed the correction in “%(module)s” after you agreed to it."),
        _l("See what is there now"),
    ),
    "together_done": (
        _l("Your group agreed on its correction in “%(module)s”."),
        _l("See the correction"),
    ),
    "together_alone": (
        _l("Nobody has joined your group for “%(module)s” yet. You can finish alone now."),
        _l("Finish alone, or wait"),
    ),
}


def register() -> None:
    """Teach the inbox our kinds."""
    for name, (text, link) in _KINDS.items():
        add_kind(name, text, link, Topic.LEARNING)
