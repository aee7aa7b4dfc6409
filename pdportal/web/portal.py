"""The Flask application as the portal needs it: what every request passes, made once."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from time import time
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from pdportal.web.kept import Kept
from pdportal.web.requests import PortalRequest
from pdportal.web.words import PortalEnvironment

MOST_SESSIONS = 5000
"""How many sessions a process knows the cookie of: half a kilobyte each."""

PLAIN = (str, int, float, bool, type(None))


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, with their signer and the cookies already verified in memory.

    A cookie comes with every request of a session and is the same nearly every time.
    """

    def __init__(self) -> None:
        self._signer_of = lru_cache(maxsize=4)(self._make_signer)
        self._verified: Kept[tuple[dict[str, Any], datetime]] = Kept(MOST_SESSIONS)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        fallbacks = tuple(app.config["SECRET_KEY_FALLBACKS"] or ())
        return self._signer_of(app, app.secret_key, fallbacks)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if signer is None:
            return None
        if not cookie:
            return self.session_class()

        def read() -> tuple[dict[str, Any], datetime]:
            values, signed_at = signer.loads(cookie, return_timestamp=True)
            return values, signed_at

        try:
            values, signed_at = self._verified.get((signer, cookie), read)
        except BadSignature:
            return self.session_class()
        if time() - signed_at.timestamp() > app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        # Lists within, such as words to flash, are changed in place: each request has its own.
        plain = all(isinstance(value, PLAIN) for value in values.values())
        return self.session_class(values if plain else deepcopy(values))

    def _make_signer(self, app: Flask, *_keys: Any) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


class Portal(Flask):
    """Flask with our requests, templates and sessions."""

    request_class = PortalRequest
    jinja_environment = PortalEnvironment
    session_interface = Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: our views are no coroutines, and Flask asks 30 times a request."""
        return func
