"""What people do about their own account."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_security import hash_password
from flask_security.utils import login_user, verify_password

from pdportal.accounts import mail
from pdportal.accounts.events import tell
from pdportal.accounts.models import MailChoice, Person
from pdportal.accounts.passwords import PasswordRules
from pdportal.db import db
from pdportal.web.errors import Refused


def say_who_one_is(person: Person, *, name: str, teaches: str) -> None:
    """Change how colleagues read one's name, and what one teaches."""
    person.name, person.teaches = name, teaches
    tell(person, "changed", person, what="name")


def choose_language(person: Person, *, locale: str | None, time_zone: str | None) -> None:
    """Choose in which language and by which clock pages speak."""
    person.locale, person.time_zone = locale or None, time_zone or None
    tell(person, "changed", person, what="language")


def choose_mail(person: Person, choice: MailChoice) -> None:
    """Choose when notices also come by mail."""
    person.mail_choice = choice
    tell(person, "changed", person, what="mail")


def change_password(person: Person, *, current: str, new: str) -> None:
    """Set a new password; every other device is signed out."""
    if person.password and not verify_password(_normal(current), person.password):
        raise Refused(_("That is not your password."), status=422, field="current")
    set_password(person, hash_password(checked(new, person)))
    login_user(person, authn_via=["change"])
    mail.notice(person, "password")
    tell(person, "changed", person, what="password")


def sign_out_everywhere(person: Person) -> None:
    """End all sessions of a person, on every device."""
    person.fs_uniquifier = secrets.token_hex(32)
    tell(person, "signed out everywhere", person)


def set_password(person: Person, hashed: str) -> None:
    """Store a new password's hash and end all sessions: their key changes with it."""
    person.password = hashed
    person.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()


def checked(password: str, person: Person | None = None, *own: str, field: str = "new") -> str:
    """The password as it is to be hashed, if it is good enough."""
    mistakes, plain = _rules().validate(password, False, user=person, own=own)
    if mistakes:
        raise Refused(mistakes[0], status=422, field=field)
    return plain


def _normal(password: str) -> str:
    return str(_rules().normalize(password))


def _rules() -> PasswordRules:
    security: Any = current_app.extensions["pdportal.security"]
    rules: PasswordRules = security.password_util
    return rules
