"""Modules saved, put aside, recommended by colleagues, and suggested with a reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l


def register() -> None:
    """Plug what is one's own here, and the notices of recommendations, into the portal."""
    from pdportal.accounts.own_data import add_part
    from pdportal.inbox import kinds
    from pdportal.inbox.topics import Topic
    from pdportal.modules.suggestions import own_data

    add_part(own_data.PART)
    recommended = _l("%(by)s recommends “%(module)s” to you.")
    kinds.add_kind("module_recommended", recommended, _l("See why"), Topic.LEARNING)
    thanked = _l("%(by)s thanks you for recommending “%(module)s”.")
    kinds.add_kind("recommendation_thanked", thanked, _l("Open the module"), Topic.LEARNING)
