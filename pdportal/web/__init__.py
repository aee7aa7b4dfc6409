"""What every page needs and no feature owns: doors, errors, headers, forms, words and dates."""

from __future__ import annotations

from flask import Flask

from pdportal.web import (
    assets,
    comfort,
    doors,
    failures,
    headers,
    health,
    locale,
    logs,
    pages,
    parts,
    preview,
    requests,
    words,
)


def register(app: Flask) -> None:
    """Plug the web kernel into the app; features come after it."""
    logs.register(app)  # first: a request has its id before anything can refuse it
    requests.register(app)
    headers.register(app)
    locale.register(app)
    words.register(app)
    assets.register(app)
    doors.register(app)
    parts.register(app)
    pages.register(app)
    failures.register(app)
    health.register(app)
    preview.register(app)
    comfort.register(app)
