"""Help: one page for each reader, from `docs/help`."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal.search.sources import Source, add_source
from pdportal.web.pages import add_to_account


def register(app: Flask) -> None:
    """Put help into everybody's own menu."""
    from pdportal.help.finds import find_help
    from pdportal.help.views import bp

    app.register_blueprint(bp)
    add_source(app, Source(_l("Help"), find_help, 70))
    add_to_account(app, _l("Help"), "help.index")
