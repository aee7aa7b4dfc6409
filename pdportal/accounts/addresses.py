"""Email addresses: one spelling of each, whoever typed it, and one that a mail server takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import email_validator
from flask import Flask, current_app
from flask_babel import gettext as _

from pdportal.web.typed import one_line

LONGEST = 254


def stored_address(typed: str) -> str:
    """An address as it is stored, looked up and counted: equal for every spelling of it.

    Small letters, no full-width ones, and a domain of other letters by its letters, not by its
    `xn--` name. What is no address comes back as typed, but for these, and cut where it is longer
    than any address.
    """
    plain = unicodedata.normalize("NFKC", one_line(typed)).lower()
    if len(plain) > LONGEST:
        return plain[: LONGEST + 1]  # nobody's, however long it goes on
    try:
        return _checked(plain).normalized.lower()
    except email_validator.EmailNotValidError:
        return plain


def read_address(typed: str) -> str:
    """The same for an address to write to; a ValueError says in words why it is none."""
    plain = stored_address(typed)
    if len(plain) > LONGEST:
        raise ValueError(_("The address is longer than %(count)s characters.", count=LONGEST))
    if "@" not in plain:
        raise ValueError(_("There is no address in this line."))
    try:
        found = email_validator.validate_email(plain, check_deliverability=False)
    except email_validator.EmailNotValidError:
        raise ValueError(_("“%(address)s” is not an address.", address=plain[:80])) from None
    if found.smtputf8 and not _takes_any_letters():
        raise ValueError(
            _(
                "Mail cannot be sent to “%(address)s” from here: its part before the @ has letters "
                "that our mail server does not take.",
                address=plain,
            )
        )
    return plain


def mail_address(stored: str) -> str:
    """The address as every mail server takes it: its domain by the `xn--` name, if it has one."""
    try:
        found = _checked(stored)
    except email_validator.EmailNotValidError:
        return stored
    return f"{found.local_part}@{found.ascii_domain}"


def ask_mail_server(app: Flask, takes_any_letters: Callable[[], bool]) -> None:
    """Let whoever sends the mail say whether it takes letters of every script before the @."""
    app.extensions["pdportal.any_letters"] = takes_any_letters


def _takes_any_letters() -> bool:
    asked: Callable[[], bool] = current_app.extensions["pdportal.any_letters"]
    return asked()


def _checked(address: str) -> email_validator.ValidatedEmail:
    return email_validator.validate_email(
        address, check_deliverability=False, globally_deliverable=False
    )
