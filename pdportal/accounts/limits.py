"""How often each door may be tried.

Only failures count where people come and go all day, so that a school behind one address is not
shut out. What is counted by account alone is counted for minutes: nobody can lock a colleague out
for long, and guessing stays hopeless.
"""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request, session
from flask_login import current_user

from pdportal.web.doors import Limit, limit_door


def register(app: Flask) -> None:
    """Count attempts at every door of accounts."""
    password = (
        Limit("10 per 15 minutes", "sign-in:address+ip", _address_and_ip, failed),
        Limit("30 per 10 minutes", "sign-in:address", _address, failed),
        Limit("100 per 10 minutes", "sign-in:ip", _ip, failed),
    )
    limit_door(app, "security.login", *password)
    limit_door(
        app,
        "security.forgot_password",
        Limit("4 per 30 minutes", "reset:address", _address),
        Limit("30 per hour", "reset:ip", _ip),
    )
    limit_door(app, "security.reset_password", Limit("30 per hour", "reset-link:ip", _ip))
    second = (
        Limit("6 per 5 minutes", "second-step:person", _half_signed_in, failed),
        Limit("60 per 10 minutes", "second-step:ip", _ip, failed),
    )
    for endpoint in ("two_factor_token_validation", "mf_recovery"):
        limit_door(app, f"security.{endpoint}", *second)
    limit_door(app, "security.tf_select", Limit("60 per 10 minutes", "tf-select:ip", _ip))
    limit_door(app, "security.wan_signin", Limit("120 per 10 minutes", "passkey:ip", _ip))
    limit_door(
        app,
        "security.wan_signin_response",
        Limit("30 per 10 minutes", "passkey-try:ip", _ip, failed),
    )
    for endpoint in ("verify", "wan_verify_response", "two_factor_setup_validate"):
        limit_door(
            app,
            f"security.{endpoint}",
            Limit("10 per 10 minutes", f"{endpoint}:person", _person, failed),
        )
    for endpoint in (
        "wan_register",
        "wan_register_response",
        "mf_recovery_codes",
        "two_factor_setup",
    ):
        limit_door(app, f"security.{endpoint}", Limit("30 per hour", f"{endpoint}:person", _person))
    limit_door(
        app,
        "accounts.change_password",
        Limit("10 per 10 minutes", "password:person", _person, failed),
    )
    limit_door(
        app,
        "accounts.change_email",
        Limit("10 per hour", "email:person", _person),
        Limit("4 per 30 minutes", "email:address", _address),
    )
    limit_door(app, "accounts.confirm_email", Limit("30 per hour", "email-link:person", _person))
    limit_door(app, "accounts.welcome", Limit("30 per 10 minutes", "welcome:ip", _ip, failed))
    limit_door(app, "accounts.invite", Limit("60 per hour", "invite:person", _person))
    limit_door(app, "accounts.invite_again", Limit("60 per hour", "invite-again:person", _person))
    limit_door(app, "accounts.demo_sign_in", Limit("60 per 10 minutes", "demo:ip", _ip))


def failed(response: Response) -> bool:
    """Whether an attempt did not succeed: success leads on to another page."""
    if response.status_code >= 400:
        return True
    # These answer a wrong key by leading back to where one came from.
    back = {
        "security.wan_signin_response": "/sign-in/passkey",
        "security.wan_verify_response": "/sign-in/again/passkey",
    }.get(request.endpoint or "")
    return back is not None and response.headers.get("Location", "").split("?")[0].endswith(back)


def _ip() -> str:
    return request.remote_addr or "-"


def _address() -> str:
    typed = request.form.get("email", "").strip().lower()[:320]
    return hashlib.sha256(typed.encode()).hexdigest()[:32]


def _address_and_ip() -> str:
    return f"{_address()}:{_ip()}"


def _half_signed_in() -> str:
    """Who has shown a password and still owes the second step."""
    return str(session.get("tf_user_id", _ip()))


def _person() -> str:
    return str(current_user.id) if current_user.is_authenticated else _ip()
