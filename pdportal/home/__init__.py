"""First screens: one clear next thing, then what waits, for each of the three people."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal.web.pages import Place, add_place


def register(app: Flask) -> None:
    """Put home at the portal's first address."""
    from pdportal.home.views import bp
    from pdportal.web.pages import add_to_account

    add_to_account(app, _l("My year"), "home.year")
    app.register_blueprint(bp)
    add_place(app, Place(_l("Home"), "home.home", "/", 0))
