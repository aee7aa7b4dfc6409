"""Visits elsewhere: another school, a company, a conference; and what one takes home as steps."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Plug the pages of visits elsewhere into the app."""
    from pdportal.coaching.elsewhere.views import bp

    app.register_blueprint(bp)
