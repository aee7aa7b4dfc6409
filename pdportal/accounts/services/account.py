"""What people do about their own account."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_security import hash_password
from flask_security.utils import (
    check_and_get_token_status,
    hash_data,
    login_user,
    verify_hash,
    verify_password,
)
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from pdportal.accounts import mail, queries
from pdportal.accounts.events import emit, person_away, the_app
from pdportal.accounts.models import Away, Person
from pdportal.accounts.passwords import PasswordRules
from pdportal.db import begin_to_write, db
from pdportal.web.errors import Refused

EMAIL_WITHIN = timedelta(hours=2)
"""How long a link that proves a new address works."""


def say_who_one_is(person: Person, *, name: str, called: str, teaches: str) -> None:
    """Change how colleagues read one's name, how one is greeted, and what one teaches."""
    person.name, person.called, person.teaches = name, called, teaches
    emit(person, "changed", person, what="name")


def choose_language(person: Person, *, locale: str | None, time_zone: str | None) -> None:
    """Choose in which language and by which clock pages speak."""
    person.locale, person.time_zone = locale or None, time_zone or None
    emit(person, "changed", person, what="language")


def say_away(person: Person, days: tuple[date, date] | None) -> None:
    """Be away from the first to the last of these days; None: be here."""
    if days is None:
        db.session.execute(delete(Away).where(Away.person_id == person.id))
    else:
        db.session.merge(Away(person_id=person.id, starts_on=days[0], ends_on=days[1]))
        db.session.flush()
    emit(person, "changed", person, what="away")
    person_away.send(the_app(), person=person)


def change_password(person: Person, *, current: str, new: str) -> None:
    """Set a new password; every other device is signed out."""
    if person.password and not verify_password(_normal(current), person.password):
        raise Refused(_("That is not your password."), status=422, field="current")
    hashed = hash_password(checked(new, person))
    begin_to_write()
    set_password(person, hashed)
    login_user(person, authn_via=["change"])
    mail.notice(person, "password")
    emit(person, "changed", person, what="password")


def ask_for_email(person: Person, new: str) -> None:
    """Send a link to the new address, and a note to the old one.

    Nobody learns here whose the new one is: if it has an account, that one's owner is told by mail.
    """
    if new == person.email:
        raise Refused(_("This is your address already."), status=422, field="email")
    known = db.session.scalar(queries.person_by_email(new))
    if known is None:
        token = _security().change_email_serializer.dumps([hash_data(_standing(person)), new])
        mail.write("email_new", new, person, link=mail.link("accounts.confirm_email", token=token))
    elif known.active:
        mail.write("email_taken", new, known)
    forgotten = mail.link("security.forgot_password")
    mail.write("email_asked", person.email, person, new=new, forgotten=forgotten)
    emit(person, "asked to change", person, what="email")


def email_behind(person: Person, token: str) -> str:
    """The address that a link of this person stands for; all other links were never there."""
    expired, invalid, signed = check_and_get_token_status(token, "change_email", EMAIL_WITHIN)
    if expired or invalid:
        raise NotFound
    standing, new = signed
    if not verify_hash(standing, _standing(person)):
        raise NotFound
    if db.session.scalar(queries.person_by_email(new)) is not None:
        raise NotFound
    return str(new)


def change_email(person: Person, token: str) -> None:
    """Sign in by the address behind the link from now on; all sessions end, and all older links."""
    old, new = person.email, email_behind(person, token)
    try:
        with db.session.begin_nested():
            person.email = new
    except IntegrityError:  # somebody joined with it a moment ago
        raise NotFound from None
    person.fs_uniquifier = secrets.token_hex(32)
    mail.write("changed", old, person, what="email")
    emit(person, "changed", person, what="email")


def sign_out_everywhere(person: Person) -> None:
    """End all sessions of a person, on every device."""
    person.fs_uniquifier = secrets.token_hex(32)
    emit(person, "signed out everywhere", person)


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
    rules: PasswordRules = _security().password_util
    return rules


def _standing(person: Person) -> str:
    """What a link rests on: it works no more once the address, the password or all sessions end."""
    return f"{person.fs_uniquifier} {person.email}"


def _security() -> Any:
    return current_app.extensions["pdportal.security"]
