"""From letters to mail: a folder of files or a mail server, tried again until it works."""

from __future__ import annotations

import os
import smtplib
import ssl
import time
from contextlib import suppress
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import Row, select, update

from pdportal import clock
from pdportal.db import committing, db
from pdportal.inbox.models import Letter
from pdportal.web.logs import log

WAITS = tuple(timedelta(minutes=m) for m in (5, 10, 30, 60, 180, 360, 720, 720))
"""How long after each try the next one is due; after the last the letter is given up."""

RUN_SECONDS = 50
"""How long one run of the job goes on; the next minute's run takes over."""

TIMEOUT_SECONDS = 20


class Unreachable(Exception):
    """There is no way to the mail server now: the other letters need not try."""


class Carrier(Protocol):
    """What takes mail away."""

    def carry(self, name: str, message: EmailMessage) -> None:
        """Hand over one mail, or raise; `name` is the same each time it is tried."""

    def close(self) -> None:
        """Say goodbye."""


Claimed = Row[int, str, str, str, datetime, int]
"""A letter that this worker has taken for one try: `tries` counts it."""


def send_letters() -> None:
    """Send all letters that are due, safe with several workers.

    A letter is claimed and the claim stored before it is sent, so that no transaction waits for a
    mail server. A crash in between sends it again later, and never forgets it.
    """
    carrier = carrier_for(current_app.config["PDPORTAL"])
    until = time.monotonic() + RUN_SECONDS
    try:
        while time.monotonic() < until:
            with committing():
                letter = _claim()
            if letter is None:
                return
            try:
                carrier.carry(_file_name(letter), _message(letter))
            except Exception as error:  # whatever it is, the letter is tried again
                _keep_trouble(letter, error)
                if isinstance(error, Unreachable):
                    return
                continue
            with committing():
                _update(letter, sent_at=clock.now(), trouble=None)
    finally:
        carrier.close()


def _claim() -> Claimed | None:
    now = clock.now()
    letter = db.session.execute(
        select(
            Letter.id,
            Letter.to,
            Letter.subject,
            Letter.text,
            Letter.written_at,
            (Letter.tries + 1).label("tries"),
        )
        .where(Letter.sent_at.is_(None), Letter.given_up_at.is_(None), Letter.next_try_at <= now)
        .order_by(Letter.next_try_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if letter is not None:
        wait = WAITS[min(letter.tries, len(WAITS)) - 1]
        _update(letter, tries=letter.tries, next_try_at=now + wait)
    return letter


def _update(letter: Claimed, **values: object) -> None:
    db.session.execute(update(Letter).where(Letter.id == letter.id).values(**values))


def _keep_trouble(letter: Claimed, error: Exception) -> None:
    gives_up = letter.tries >= len(WAITS)
    log.warning(
        "letter not sent",
        letter=letter.id,
        tries=letter.tries,
        given_up=gives_up,
        error=type(error.__cause__ or error).__name__,
    )
    trouble = f"{type(error.__cause__ or error).__name__}: {error}".replace("\x00", "")[:300]
    with committing():
        _update(letter, trouble=trouble, given_up_at=clock.now() if gives_up else None)


def _message(letter: Claimed) -> EmailMessage:
    settings = current_app.config["PDPORTAL"]
    message = EmailMessage()
    message["From"] = Address(settings["NAME"], addr_spec=settings["MAIL_FROM"])
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    host = urlsplit(settings["BASE_URL"]).hostname or "localhost"
    # The same for each try, so that a mailbox can tell a repetition.
    message["Message-ID"] = f"<letter.{letter.id}.{letter.written_at:%Y%m%d%H%M%S}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    return message


def _file_name(letter: Claimed) -> str:
    return f"{letter.written_at:%Y%m%d-%H%M%S}-{letter.id}.eml"


def carrier_for(settings: dict[str, object]) -> Carrier:
    """How the settings want mail to go."""
    where = str(settings["MAIL"])
    if where.startswith("folder:"):
        return Folder(mail_folder(settings))
    return Server(where)


def mail_folder(settings: dict[str, object]) -> Path:
    """Where mail lies when it goes nowhere."""
    data = settings["DATA"]
    assert isinstance(data, Path)  # noqa: S101 — the settings have read it as one
    return data / "mail"


class Folder:
    """Mail as `.eml` files, each there whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def carry(self, name: str, message: EmailMessage) -> None:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._path / f".{name}.{os.getpid()}"
        with unfinished.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path / name)

    def close(self) -> None:
        return


class Server:
    """A mail server, spoken to in private wherever it can, and always before a password is said."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._line: smtplib.SMTP | None = None

    def carry(self, name: str, message: EmailMessage) -> None:
        if self._line is None:
            try:
                self._line = self._connect()
            except (OSError, smtplib.SMTPException) as error:
                raise Unreachable(str(error)) from error
        try:
            self._line.send_message(message)
        except (OSError, smtplib.SMTPException):
            self.close()
            raise

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._url.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            line = smtplib.SMTP(host, self._url.port or 25, timeout=TIMEOUT_SECONDS)
        try:
            private = self._url.scheme == "smtps"
            line.ehlo()
            if not private and line.has_extn("starttls"):
                line.starttls(context=context)
                line.ehlo()
                private = True
            if self._url.username:
                if not private and host not in {"localhost", "127.0.0.1", "::1"}:
                    raise smtplib.SMTPException(
                        "The mail server offers no STARTTLS, so the password is not sent."
                    )
                line.login(unquote(self._url.username), unquote(self._url.password or ""))
        except BaseException:
            line.close()
            raise
        return line
