"""Help: one page for each reader, from `docs/help`."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal.web.pages import add_to_account


def register(app: Flask) -> None:
    """Put help into everybody's own menu."""
    from pdportal.help.views import bp

    app.register_blueprint(bp)
    add_to_account(app, _l("Help"), "help.index")
