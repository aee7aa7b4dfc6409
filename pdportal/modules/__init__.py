"""Modules: folders of Markdown that are published as editions, read, answered and finished."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug the library, the pages of modules and their notices into the app."""
    from pdportal.feedback.events import revision_kept
    from pdportal.inbox import kinds
    from pdportal.modules import search  # noqa: F401 — its table is built with the others
    from pdportal.modules.queries import page
    from pdportal.modules.services import note_hand_in
    from pdportal.modules.views import bp
    from pdportal.web.pages import Place, add_place

    app.register_blueprint(bp)
    page.register(app)
    revision_kept.connect(note_hand_in)
    add_place(app, Place(_l("Learn"), "modules.library", "/learn", 10))

    def module_assigned(*, by: str, module: str, cohort: str, **_more: object) -> str:
        return _("%(by)s assigned “%(module)s” to %(cohort)s.", by=by, module=module, cohort=cohort)

    kinds.add_kind("module_assigned", module_assigned, lambda: _("See what it is about"))
