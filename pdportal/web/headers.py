"""The headers of every answer: nothing inline, nothing framed, nothing leaked."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from pdportal.stores import bucket_origin

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), microphone=(), display-capture=(), geolocation=()"),
)
"""On every answer that does not say otherwise itself."""
RECORDING = (
    "Permissions-Policy",
    "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
)
"""On a page where people record themselves (`allow_recording`)."""
OVER_TLS = (("Strict-Transport-Security", "max-age=31536000"),)


def allow_recording() -> None:
    """On the page that is answered people record themselves, and look at that before it is sent."""
    g.records = True


def register(app: Flask) -> None:
    """Set the headers, compress pages, and believe only the proxies we were told of."""
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "application/json", "image/svg+xml"]
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 4
    app.config["COMPRESS_STREAMS"] = False
    Compress(app)
    if proxies := app.config["PDPORTAL"]["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask documents it
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    always = [*ALWAYS, *(OVER_TLS if app.config["SESSION_COOKIE_SECURE"] else ())]
    policies = {each: _policy(app.config["PDPORTAL"], records=each) for each in (False, True)}

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        names = {name.lower() for name, _value in headers}
        if "content-security-policy" not in names:
            records = g.get("records", False)
            headers["Content-Security-Policy"] = policies[records]
            if records:
                headers.extend([RECORDING])
                names.add(RECORDING[0].lower())
        headers.extend([header for header in always if header[0].lower() not in names])
        if "cache-control" not in names:
            # A shared computer in the staff room must not show the last person's pages.
            headers["Cache-Control"] = "no-store" if g.get("signed_in") else "no-cache"
        return response


def _policy(settings: dict[str, Any], *, records: bool) -> str:
    """The content security policy; clips may come from the bucket to which we send for them."""
    policy = dict(POLICY)
    if records:
        policy["media-src"] += " blob:"
    if settings["SIGNED_MINUTES"] and (origin := bucket_origin(settings["FILES"], settings["AWS"])):
        policy["media-src"] += f" {origin}"
    if hosts := settings["VIDEO_HOSTS"]:
        policy["frame-src"] = " ".join(f"https://{host}" for host in hosts.split())
    return "; ".join(f"{name} {value}" for name, value in policy.items())
