"""Visits elsewhere: another school, a company, a conference; and what one takes home as steps."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug the pages of visits elsewhere into the app."""
    from pdportal.accounts.own_data import add_part
    from pdportal.coaching.elsewhere import own_data
    from pdportal.coaching.elsewhere.views import bp

    add_part(own_data.PART)
    app.register_blueprint(bp)
