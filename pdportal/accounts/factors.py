"""The second step and passkeys: codes are taken once, passkeys ask for the person."""

from __future__ import annotations

import base64
import hashlib
import io
import ipaddress
from typing import Any

from flask import current_app, request
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from pdportal.accounts import mail
from pdportal.accounts.events import emit
from pdportal.accounts.models import Person
from pdportal.db import db


def key_for(purpose: str, secret: str) -> str:
    """A key for one purpose, derived from the portal's one secret; as Fernet wants it."""
    material = hashlib.blake2b(
        purpose.encode(), key=hashlib.sha256(secret.encode()).digest(), digest_size=32
    ).digest()
    return base64.urlsafe_b64encode(material).decode("ascii")


class Codes(Totp):
    """Codes from an app on a phone: each is taken once, even in two windows at once."""

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether this is the code of now, or of the half minute before or after."""
        person = _locked(user)
        try:
            return bool(super().verify_totp(str(token)[:16], totp_secret, person, window))
        except ValueError:  # a secret of another key: nobody gets in by it
            return False

    def get_last_counter(self, user: Any) -> int | None:
        """The half minute of the code taken last."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the half minute of a code just taken."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture an app scans, dark on white in every colour scheme."""
        import qrcode
        from qrcode.image.svg import SvgPathFillImage

        picture = qrcode.make(
            self.get_totp_uri(username, totp), image_factory=SvgPathFillImage, border=3
        )
        with io.BytesIO() as file:
            picture.save(file)
            return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode("ascii")


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes for the day the phone is lost: each works once."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether this is one of the codes that are left."""
        return bool(super().check_recovery_code(_locked(user), _plain(code)))

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Use a code up, and notify its owner by mail."""
        mail.notice(user, "recovery-code")
        emit(user, "used", user, what="recovery-code")
        return bool(super().delete_recovery_code(user, _plain(code)))


class Passkeys(WebauthnUtil):
    """Passkeys stand for password and second step, so each must be unlocked by its person."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """A phone, a laptop or a key; found without typing an address."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> Any:
        """By finger, face or PIN, always."""
        return UserVerificationRequirement.REQUIRED


def passkeys_work_here() -> bool:
    """Browsers know passkeys for names, not for bare IP addresses."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(current_app.config["SECURITY_WEBAUTHN"])
    return False


def _locked(person: Person) -> Person:
    """The person as stored now, so that of two windows with one code the second waits and fails."""
    actual: Person = getattr(person, "_get_current_object", lambda: person)()
    db.session.refresh(
        actual, ["tf_last_counter", "mf_recovery_codes"], with_for_update={"of": Person}
    )
    return actual


def _plain(code: str) -> str:
    letters = "".join(c for c in code.lower() if c.isalnum())[:24]
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))
