"""One search over all that somebody may see; each feature adds where it looks."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal.search.sources import Source, add_source
from pdportal.web.pages import set_search_endpoint


def register(app: Flask) -> None:
    """Put the search into the bar above every page."""
    from pdportal.search.people import find_people
    from pdportal.search.views import bp

    app.register_blueprint(bp)
    set_search_endpoint(app, "search.search")
    add_source(app, Source(_l("People"), find_people, 60))
