"""Devices that somebody signed in on before: strangers who guess elsewhere do not shut them out.

A signed cookie holds a name for the device and a hash of each address that signed in there. It
opens nothing: whoever has it is counted by it, and not with the rest of the world.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from pdportal.accounts.addresses import stored_address

KNOWN_FOR = timedelta(days=180)
MOST_ADDRESSES = 8
"""A computer of the staff room knows those who signed in last."""


def register(app: Flask) -> None:
    """Send the cookie with the answer to whoever has just signed in."""

    @app.after_request
    def _remember(response: Response) -> Response:
        address: str | None = g.pop("signed_in_as", None)
        if address is not None and response.status_code < 400:
            device, addresses = _device()
            mark = mark_of(address)
            others = [other for other in addresses if other != mark]
            config = current_app.config
            response.set_cookie(
                _name(),
                _signer().dumps([device, [mark, *others][:MOST_ADDRESSES]]),
                max_age=KNOWN_FOR,
                secure=config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
            )
        return response


def remember_device(address: str) -> None:
    """Whoever has this address signs in by this request, on a device that is theirs."""
    g.signed_in_as = address


def known_device(address: str) -> str | None:
    """The name of this device if somebody with this address signed in on it before."""
    device, addresses = _device()
    return device if mark_of(address) in addresses else None


def mark_of(address: str) -> str:
    """An address as it is counted: a hash of the spelling that is stored."""
    return hashlib.sha256(stored_address(address).encode()).hexdigest()[:32]


def _device() -> tuple[str, list[str]]:
    try:
        device, addresses = _signer().loads(
            request.cookies.get(_name(), ""), max_age=int(KNOWN_FOR.total_seconds())
        )
    except (BadData, ValueError):
        return secrets.token_hex(16), []
    return device, addresses


def _signer() -> Any:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known device")


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"
