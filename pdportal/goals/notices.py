"""What people are told about goals; no sentence says what a goal is about."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.inbox.kinds import add_kind


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind("goal_partner", _chosen, lambda: _("Read it"))
    add_kind("goal_partner_left", _left, lambda: _("See the goal"))


def _chosen(by: str) -> str:
    return _(
        "%(by)s asks you to be a partner for a goal: to read it, and to ask now and then.", by=by
    )


def _left(by: str) -> str:
    return _("%(by)s is no longer a partner for your goal.", by=by)
