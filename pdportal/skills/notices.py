"""What people are told about placements; no sentence says where somebody stands."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.inbox.kinds import add_kind
from pdportal.inbox.topics import Topic

_KINDS = {
    "placement_asked": (
        _l("%(by)s asks where you see them on “%(skill)s”."),
        _l("Say where you see them"),
    ),
    "placement_answered": (
        _l("%(by)s answered your question about “%(skill)s”."),
        _l("Read it"),
    ),
    "placement_objected": (
        _l(
            "%(by)s says that what you entered about “%(skill)s” is not right. Please talk to them."
        ),
        _l("See the skill"),
    ),
    "placement_provider": (
        _l("%(by)s entered your results from %(provider)s."),
        _l("See your skills"),
    ),
    "profile_shared": (
        _l("%(by)s shares parts of their learner profile with you."),
        _l("Read it"),
    ),
}


def register() -> None:
    """Teach the inbox our kinds."""
    for name, (text, link) in _KINDS.items():
        add_kind(name, text, link, Topic.COACHING)
