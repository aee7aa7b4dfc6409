"""How often each door may be tried.

Only failures count where people come and go all day, so that a school behind one address is not
shut out. What is counted by account alone is counted for minutes: nobody can lock a colleague out
for long, and guessing stays hopeless. On a device where somebody signed in before, they are counted
by the device, whatever strangers try elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request, session
from flask_login import current_user

from pdportal.accounts.devices import known_device, mark_of
from pdportal.web.doors import Limit, limit_door

Limits = tuple[Limit, ...]
Counts = Callable[[Response], bool]


def register(app: Flask) -> None:
    """Count attempts at every door of accounts."""
    for endpoint, limits in LIMITS.items():
        limit_door(app, endpoint, *limits)


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


def _typed() -> str:
    return request.form.get("email", "")


def _device() -> str | None:
    """This device and who signs in on it again; None where they never did."""
    device = known_device(_typed())
    return device and f"{device}:{mark_of(_typed())}"


def _stranger() -> str | None:
    """The address typed, on a device where nobody signed in with it before."""
    return None if known_device(_typed()) else mark_of(_typed())


def _stranger_and_ip() -> str | None:
    mark = _stranger()
    return mark and f"{mark}:{_ip()}"


def _stranger_s_ip() -> str | None:
    return _stranger() and _ip()


def _half_signed_in() -> str:
    """Who has shown a password and still owes the second step."""
    return str(session.get("tf_user_id", _ip()))


def _person() -> str:
    return str(current_user.id) if current_user.is_authenticated else _ip()


def _each_person(rate: str, *names: str, counts: Counts | None = None) -> dict[str, Limits]:
    """The same limit for each of these views of flask-security, counted by person."""
    return {f"security.{name}": (Limit(rate, f"{name}:person", _person, counts),) for name in names}


_SECOND_STEP: Limits = (
    Limit("6 per 5 minutes", "second-step:person", _half_signed_in, failed),
    Limit("60 per 10 minutes", "second-step:ip", _ip, failed),
)

LIMITS: dict[str, Limits] = {
    "security.login": (
        Limit("10 per 15 minutes", "sign-in:device", _device, failed),
        Limit("10 per 15 minutes", "sign-in:address+ip", _stranger_and_ip, failed),
        Limit("30 per 10 minutes", "sign-in:address", _stranger, failed),
        Limit("100 per 10 minutes", "sign-in:ip", _stranger_s_ip, failed),
    ),
    "security.forgot_password": (
        Limit("4 per 30 minutes", "reset:device", _device),
        Limit("4 per 30 minutes", "reset:address", _stranger),
        Limit("30 per hour", "reset:ip", _stranger_s_ip),
    ),
    "security.reset_password": (Limit("30 per hour", "reset-link:ip", _ip),),
    "security.two_factor_token_validation": _SECOND_STEP,
    "security.mf_recovery": _SECOND_STEP,
    "security.tf_select": (Limit("60 per 10 minutes", "tf-select:ip", _ip),),
    "security.wan_signin": (Limit("120 per 10 minutes", "passkey:ip", _ip),),
    "security.wan_signin_response": (Limit("30 per 10 minutes", "passkey-try:ip", _ip, failed),),
    **_each_person(
        "10 per 10 minutes",
        "verify",
        "wan_verify_response",
        "two_factor_setup_validate",
        counts=failed,
    ),
    **_each_person(
        "30 per hour",
        "wan_register",
        "wan_register_response",
        "mf_recovery_codes",
        "two_factor_setup",
    ),
    "accounts.change_password": (Limit("10 per 10 minutes", "password:person", _person, failed),),
    "accounts.change_email": (
        Limit("10 per hour", "email:person", _person),
        Limit("4 per 30 minutes", "email:address", lambda: mark_of(_typed())),
    ),
    "accounts.confirm_email": (Limit("30 per hour", "email-link:person", _person),),
    "accounts.welcome": (Limit("30 per 10 minutes", "welcome:ip", _ip, failed),),
    "accounts.invite": (Limit("60 per hour", "invite:person", _person),),
    "accounts.invite_again": (Limit("60 per hour", "invite-again:person", _person),),
    "accounts.demo_sign_in": (Limit("60 per 10 minutes", "demo:ip", _ip),),
}
"""How often each form may be sent, by endpoint."""
