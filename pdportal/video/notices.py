"""What people are told about clips; no sentence says more than the reader may see."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.inbox.kinds import add_kind


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind("clip_shared", _shared, lambda: _("Watch it"))
    add_kind("clip_taken_back", _taken_back, lambda: _("Your clips and coaching"))
    add_kind("clip_goes_soon", _goes_soon, lambda: _("See the clip"))
    add_kind("clip_gone", _gone, lambda: _("Read the comments"))


def _shared(owner: str, title: str) -> str:
    return _("%(owner)s shares the clip “%(title)s” with you.", owner=owner, title=title)


def _taken_back(owner: str) -> str:
    return _("%(owner)s took a clip back. There is nothing to do.", owner=owner)


def _goes_soon(title: str, days: int) -> str:
    return ngettext(
        "Your clip “%(title)s” is deleted tomorrow, as you chose. You can choose another date.",
        "Your clip “%(title)s” is deleted in %(num)s days, as you chose. "
        "You can choose another date.",
        days,
        title=title,
    )


def _gone(title: str) -> str:
    return _(
        "Your clip “%(title)s” was deleted on the day you chose. The comments are still there.",
        title=title,
    )
