"""The Flask application as the portal needs it: its requests, templates and sessions."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from time import time
from typing import Any, TypeVar

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.routing import MapAdapter

from pdportal.db.transactions import commit_answered
from pdportal.web.parts import PortalEnvironment
from pdportal.web.requests import PortalRequest

View = TypeVar("View", bound=Callable[..., Any])

KNOWN_COOKIES = 5000
"""How many sessions a process knows the cookie of: half a kilobyte each."""


HEALTH = frozenset({"/healthz", "/readyz"})
"""Pages for machines, which hold no link: a balancer asks by an address of the machine."""


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, of which the known ones are not verified again: a tenth of a page."""

    def __init__(self) -> None:
        self._serializer = lru_cache(maxsize=4)(self._make_serializer)
        self._loads = lru_cache(maxsize=KNOWN_COOKIES)(_loads)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        fallbacks = tuple(app.config["SECRET_KEY_FALLBACKS"] or ())
        return self._serializer(app, app.secret_key, fallbacks)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if serializer is None:
            return None
        if not cookie:
            return self.session_class()
        try:
            content, signed_at = self._loads(serializer, cookie)
        except BadSignature:
            return self.session_class()
        if time() - signed_at.timestamp() > app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class(deepcopy(content))  # each request changes its own

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Sign what was changed; a cookie is not renewed by a look (`security_settings`)."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

    def _make_serializer(self, app: Flask, *_keys: Any) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


def _loads(serializer: URLSafeTimedSerializer, cookie: str) -> tuple[dict[str, Any], datetime]:
    content, signed_at = serializer.loads(cookie, return_timestamp=True)
    return content, signed_at


def says_unchanged(unchanged: Callable[..., bool]) -> Callable[[View], View]:
    """Mark a view that pages ask again and again: `unchanged` gets its arguments, and says whether
    the browser has what it would answer, to whom the session belongs. Else the view is asked."""

    def mark(view: View) -> View:
        view.unchanged = unchanged  # type: ignore[attr-defined]  # functions take attributes
        return view

    return mark


class Portal(Flask):
    """Flask with our requests, templates and sessions."""

    request_class = PortalRequest
    jinja_environment = PortalEnvironment
    session_interface = Sessions()

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Names of hosts mean the same in any case; whoever asks for our health may use any."""
        if request is not None:
            host = request.environ.get("HTTP_HOST", "")
            request.environ["HTTP_HOST"] = "localhost" if request.path in HEALTH else host.lower()
        return super().create_url_adapter(request)

    def full_dispatch_request(self) -> Response:
        """The answer; where a view that `says_unchanged` does, before anything else is loaded."""
        view = self.view_functions.get(request.endpoint or "")
        unchanged = getattr(view, "unchanged", None)
        try:
            if unchanged is not None and unchanged(**request.view_args or {}):
                return self.response_class(status=304)
        except Exception as error:
            return self.finalize_request(self.handle_user_exception(error))
        return super().full_dispatch_request()

    def dispatch_request(self) -> Response:
        """The answer of a view, once what it wrote is stored."""
        response = self.make_response(super().dispatch_request())
        commit_answered(response)
        return response

    def log_exception(self, exc_info: Any) -> None:
        """Nothing: our handlers have logged it, without the path and what was typed."""
