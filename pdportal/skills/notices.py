"""What people are told about placements; no sentence says where somebody stands."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.inbox.kinds import add_kind


def register() -> None:
    """Teach the inbox our kinds."""
    add_kind("placement_asked", _asked, lambda: _("Say where you see them"))
    add_kind("placement_answered", _answered, lambda: _("Read it"))
    add_kind("placement_objected", _objected, lambda: _("See the skill"))
    add_kind("placement_provider", _provider, lambda: _("See your skills"))
    add_kind("profile_shared", _shared, lambda: _("Read it"))


def _asked(by: str, skill: str) -> str:
    return _("%(by)s asks where you see them on “%(skill)s”.", by=by, skill=skill)


def _answered(by: str, skill: str) -> str:
    return _("%(by)s answered your question about “%(skill)s”.", by=by, skill=skill)


def _objected(by: str, skill: str) -> str:
    return _(
        "%(by)s says that what you entered about “%(skill)s” is not right. Please talk to them.",
        by=by,
        skill=skill,
    )


def _provider(by: str, provider: str) -> str:
    return _("%(by)s entered your results from %(provider)s.", by=by, provider=provider)


def _shared(by: str) -> str:
    return _("%(by)s shares parts of their learner profile with you.", by=by)
