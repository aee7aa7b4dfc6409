"""Every door is closed unless its view says `@public`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Forbidden

from pdportal.web.errors import error_answer, wants_fragment

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[])


def public(view: View) -> View:
    """Let strangers in: only for sign-in, invitations, health and files that hold nothing personal."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def open_doors(app: Flask, *endpoints: str) -> None:
    """The same for views that a library brings."""
    app.extensions.setdefault("pdportal.open", {"static"}).update(endpoints)


def is_public(endpoint: str) -> bool:
    """Whether a route is open to strangers."""
    if endpoint in current_app.extensions.get("pdportal.open", {"static"}):
        return True
    return getattr(current_app.view_functions.get(endpoint), "is_public", False)


def register(app: Flask) -> None:
    """Close all doors, guard every form, count attempts."""
    csrf.init_app(app)
    uri = app.config["PDPORTAL"]["RATE_LIMITS"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", f"{uri}//" if uri == "memory:" else uri)
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", True)
    limiter.init_app(app)

    @app.before_request
    def _come_from_here() -> None:
        # Browsers say where a request comes from; a form on another site has no business here.
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            site = request.headers.get("Sec-Fetch-Site", "same-origin")
            if site not in {"same-origin", "none"}:
                raise Forbidden

    @app.before_request
    def _ask_to_sign_in() -> ResponseReturnValue | None:
        if request.endpoint is None or is_public(request.endpoint):
            return None
        if current_user.is_authenticated:
            return None
        if wants_fragment() or request.method not in {"GET", "HEAD"}:
            from flask_babel import gettext as _

            message = _("You have been signed out. Sign in again in another tab; this page waits.")
            return error_answer(401, _("Please sign in"), message)
        here = request.full_path.rstrip("?")
        return redirect(url_for("security.login", next=here if here != "/" else None))
