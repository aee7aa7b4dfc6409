"""flask-security's settings for this portal, and its messages in our words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from pdportal import clock
from pdportal.accounts.factors import key_for
from pdportal.web.typed import one_line

FRESH = timedelta(minutes=30)
"""Maximum age of a login before it must be confirmed, to change how one signs in."""


def security_settings(app: Flask) -> dict[str, Any]:
    """All of them; keys are derived from the app's secret key."""
    secret: str = app.config["SECRET_KEY"]
    name: str = app.config["PDPORTAL"]["NAME"]
    return {
        **FIXED,
        **{f"SECURITY_MSG_{message}": words for message, words in MESSAGES.items()},
        "SECURITY_PASSWORD_SALT": key_for("passwords", secret),
        "SECURITY_FRESHNESS": FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
        "SECURITY_TOTP_SECRETS": {"1": key_for("second step", secret)},
        "SECURITY_TOTP_ISSUER": one_line(name.replace(":", " ")),  # a colon ends it in the code
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [key_for("recovery codes", secret)],
        "SECURITY_WAN_RP_NAME": name,
    }


FIXED: dict[str, Any] = {
    "SESSION_REFRESH_EACH_REQUEST": False,
    "SECURITY_PASSWORD_HASH": "argon2",  # the name of an algorithm
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_VERIFY_URL": "/sign-in/again",
    "SECURITY_RESET_URL": "/sign-in/forgotten",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",  # an address
    "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/which",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "SECURITY_WAN_SIGNIN_URL": "/sign-in/passkey",
    "SECURITY_WAN_VERIFY_URL": "/sign-in/again/passkey",
    "SECURITY_TWO_FACTOR_SETUP_URL": "/account/two-step",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "SECURITY_WAN_REGISTER_URL": "/account/passkeys",
    "SECURITY_WAN_DELETE_URL": "/account/passkeys/remove",
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_POST_VERIFY_VIEW": "/account",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account/recovery-codes",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_CACHE_CONTROL": {"private": None, "no-store": None},  # words without a value
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_EMAIL_PLAINTEXT": False,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_USER_HINTS": False,
    "SECURITY_WAN_ALLOW_AS_VERIFY": ["first"],
    "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "SECURITY_WAN_NAME_ALLOWED_CHARS": None,
    "SESSION_PROTECTION": None,
    "WTF_CSRF_CHECK_DEFAULT": True,
}

_WRONG_CODE = _l(
    "That code is not right, or it was used already. Your app shows a new one within 30 seconds."
)
_STALE = _l("That took too long, or the page was opened twice. Please begin again.")

MESSAGES: dict[str, tuple[Any, str]] = {
    "GENERIC_AUTHN_FAILED": (_l("The email address or the password is not right."), "error"),
    "PASSWORD_RESET_REQUEST": (
        _l("If there is an account for this email address, a mail with a link is on its way."),
        "info",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _l("This link does not work anymore. Ask for a new one below."),
        "error",
    ),
    "PASSWORD_RESET_EXPIRED": (
        _l("This link does not work anymore. Ask for a new one below."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (_l("Your new password is set. Please sign in."), "success"),
    "EMAIL_NOT_PROVIDED": (_l("Type your email address."), "error"),
    "INVALID_EMAIL_ADDRESS": (_l("This does not look like an email address."), "error"),
    "PASSWORD_NOT_PROVIDED": (_l("Type your password."), "error"),
    "INVALID_PASSWORD": (_l("That is not your password."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_l("The two are not the same."), "error"),
    "REAUTHENTICATION_SUCCESSFUL": (_l("Thank you."), "info"),
    "REAUTHENTICATION_REQUIRED": (_l("Please confirm that it is you."), "info"),
    "TWO_FACTOR_INVALID_TOKEN": (_WRONG_CODE, "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("You are signed in."), "info"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        _l("Two-step sign-in is on. Now make recovery codes, in case you lose the phone."),
        "success",
    ),
    "TWO_FACTOR_DISABLED": (_l("Two-step sign-in is off."), "success"),
    "TWO_FACTOR_PERMISSION_DENIED": (_l("Please sign in first."), "info"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_l("That cannot be chosen here."), "error"),
    "TWO_FACTOR_SETUP_EXPIRED": (_STALE, "error"),
    "INVALID_RECOVERY_CODE": (_l("That code is not right, or it was used already."), "error"),
    "NO_RECOVERY_CODES_SETUP": (_l("You have no recovery codes yet."), "info"),
    "INVALID_REDIRECT": (_l("Links here can only lead to pages of this portal."), "error"),
    "API_ERROR": (_STALE, "error"),
    "UNAUTHENTICATED": (_l("Please sign in."), "info"),
    "WEBAUTHN_EXPIRED": (_STALE, "error"),
    "WEBAUTHN_NAME_REQUIRED": (_l("Give it a name, such as My phone."), "error"),
    "WEBAUTHN_NAME_INUSE": (_l("You already have a passkey with this name."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_l("You have no passkey with this name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_l("Use letters and numbers."), "error"),
    "INVALID_INPUT": (_l("Use letters and numbers."), "error"),
    "INVALID_INPUT_LENGTH": (_l("That is too long."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_l("The passkey is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (_l("The passkey is ready. Use it next time."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_l("This passkey is already set up."), "error"),
    **dict.fromkeys(
        (
            "DISABLED_ACCOUNT",
            "WEBAUTHN_UNKNOWN_CREDENTIAL_ID",
            "WEBAUTHN_ORPHAN_CREDENTIAL_ID",
            "WEBAUTHN_NO_VERIFY",
            "WEBAUTHN_CREDENTIAL_WRONG_USAGE",
            "WEBAUTHN_MISMATCH_USER_HANDLE",
        ),
        (_l("That passkey did not work here. Try again, or use your password."), "error"),
    ),
}
"""What flask-security says, by the names of its messages: our words, and how they are shown."""
