"""Modules saved, put aside, recommended by colleagues, and suggested with a reason."""

from __future__ import annotations

from flask_babel import gettext as _


def register() -> None:
    """Plug what is one's own here, and the notices of recommendations, into the portal."""
    from pdportal.accounts.own_data import add_part
    from pdportal.inbox import kinds
    from pdportal.modules.suggestions import own_data

    def recommended(*, by: str, module: str, **_more: object) -> str:
        return _("%(by)s recommends “%(module)s” to you.", by=by, module=module)

    def thanked(*, by: str, module: str, **_more: object) -> str:
        return _("%(by)s thanks you for recommending “%(module)s”.", by=by, module=module)

    add_part(own_data.PART)
    kinds.add_kind("module_recommended", recommended, lambda: _("See why"))
    kinds.add_kind("recommendation_thanked", thanked, lambda: _("Open the module"))
