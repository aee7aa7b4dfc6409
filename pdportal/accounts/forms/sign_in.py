"""The forms of sign-in: flask-security's, in our words."""

from __future__ import annotations

import secrets
from typing import Any

from flask import request, session
from flask_babel import lazy_gettext as _l
from flask_security.forms import (
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    password_required,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.webauthn import (
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninResponseForm,
)
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from pdportal.accounts.forms.account import address_field
from pdportal.accounts.models import Person
from pdportal.accounts.passwords import LONGEST
from pdportal.accounts.queries import person_by_email
from pdportal.db import db
from pdportal.web.doors import own_path


def _password(label: Any, kind: str) -> PasswordField:
    return PasswordField(
        label,
        validators=[password_required, Length(max=LONGEST)],
        render_kw={"autocomplete": kind},
    )


class SignInForm(LoginForm):
    """Address and password; whatever is wrong, the answer is the same."""

    email = address_field(_l("Your email address"), "username")
    password = _password(_l("Password"), "current-password")
    remember = None  # the session itself lasts longer instead
    keep = BooleanField(_l("Keep me signed in on this device for 14 days"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # our page has its own link
        self.next.data = own_path(self.next.data)

    def validate(self, **kwargs: Any) -> bool:
        """Right, or not; and whether the session is to outlive the browser window."""
        if not super().validate(**kwargs):
            return False
        session["keep"] = bool(self.keep.data)
        return True


class AgainForm(VerifyForm):
    """The password once more, before something that guards the account is changed."""

    password = _password(_l("Password"), "current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = own_path(self.next.data)

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is the password; who has none uses a passkey."""
        if not self.user.password:
            self.password.errors = [str(_l("Use your passkey: you have no password."))]
            return False
        return bool(super().validate(**kwargs))


class ForgottenForm(ForgotPasswordForm):
    """An address to send a link to; nobody learns whether there is an account."""

    email = address_field(_l("Your email address"), "username")

    def validate(self, **kwargs: Any) -> bool:
        """Find the person, or make somebody up for whom the same work is done in vain."""
        if not super(ForgotPasswordForm, self).validate(**kwargs):
            return False
        found = db.session.scalar(person_by_email(self.email.data or ""))
        self.user = found if found is not None and found.active else _decoy(self.email.data or "")
        return True


class NewPasswordForm(ResetPasswordForm):
    """A new password, twice."""

    password = _password(_l("New password"), "new-password")
    password_confirm = PasswordField(
        _l("The same again"),
        validators=[EqualTo("password", message=_l("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class SecondStepForm(TwoFactorSetupForm):
    """Whether to set up the second step, or turn it off; each is one button."""

    setup = HiddenField()  # one button each, so no list


class RescueForm(TwoFactorRescueForm):
    """flask-security builds one beside the code's form; nobody sees it."""

    help_setup = RadioField(choices=[SelectChoice("help", "-")])


class CodeForm(TwoFactorVerifyCodeForm):
    """The code that the app on the phone shows now."""

    code = StringField(
        _l("Code from your app"),
        validators=[InputRequired(_l("Type the six digits.")), Length(max=16)],
        filters=[lambda typed: typed and "".join(str(typed).split())],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 16},
    )

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is the code of now; raises `WrongSetupCode` where the step is just set up."""
        fits = bool(super().validate(**kwargs))
        if not fits and request.endpoint == "security.two_factor_setup_validate":
            raise WrongSetupCode(self)
        return fits


class WrongSetupCode(Exception):
    """The first code from a new key does not fit; flask-security would throw the key away."""

    def __init__(self, form: CodeForm) -> None:
        super().__init__()
        self.form = form


class RecoveryCodeForm(MfRecoveryForm):
    """One of the codes kept for the day the phone is lost."""

    code = StringField(
        _l("Recovery code"),
        validators=[InputRequired(_l("Type one of your codes.")), Length(max=64)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PasskeyForm(WebAuthnRegisterForm):
    """A name for a passkey to be made; it always stands for the whole sign-in."""

    name = StringField(
        _l("What to call it"),
        validators=[InputRequired(_l("Give it a name, such as My phone.")), Length(max=64)],
        render_kw={"placeholder": _l("My phone"), "maxlength": 64},
    )
    usage = HiddenField()  # nobody chooses it

    def validate(self, **kwargs: Any) -> bool:
        """A name that this person's other passkeys do not have."""
        self.usage.data = "first"
        return bool(super().validate(**kwargs))


class PasskeyMadeForm(WebAuthnRegisterResponseForm):
    """What the device answered; its extensions are not kept."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is a passkey for this page, this person and this moment."""
        fine = _fits(self.credential.data) and bool(super().validate(**kwargs))
        self.extensions = None  # type: ignore[assignment]  # the column takes none
        return fine


class PasskeyShownForm(WebAuthnSigninResponseForm):
    """What the device answered to somebody who signs in or confirms who they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = own_path(self.next.data)

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is a known passkey, unlocked by its person just now."""
        if not _fits(self.credential.data) or not super().validate(**kwargs):
            return False
        if self.user is None or not self.user.active:
            return False
        if not self.is_verify:
            session["keep"] = bool(self.remember.data)
        return True


def _fits(credential: str | None) -> bool:
    return len(credential or "") <= 20_000


def _decoy(email: str) -> Person:
    return Person(
        email=email, name="-", fs_uniquifier=secrets.token_hex(32), password="-" * 97, active=True
    )
