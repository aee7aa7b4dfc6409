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
from email.policy import default
from email.utils import format_datetime
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import unquote, urlsplit

from cachetools import TTLCache, cached
from flask import current_app
from sqlalchemy import Row, delete, or_, select, update

from pdportal import clock
from pdportal.accounts.addresses import mail_address
from pdportal.accounts.models import Person, Undelivered
from pdportal.accounts.services.delivery import note_undelivered
from pdportal.db import committing, db
from pdportal.inbox.models import Letter
from pdportal.inbox.unsubscribing import unsubscribe_url
from pdportal.inbox.writing import as_html
from pdportal.mail_settings import sender_parts
from pdportal.web.logs import log
from pdportal.web.typed import one_line

WAITS = tuple(timedelta(minutes=m) for m in (5, 10, 30, 60, 180, 360, 720, 720))
"""How long after each try the next one is due; after the last the letter is given up."""

RUN_SECONDS = 50
"""How long one run of the job goes on; the next minute's run takes over."""

ARRIVES_IN = timedelta(days=1)
"""A letter that was taken and did not come back for so long has arrived."""

TIMEOUT_SECONDS = 20
ASK_SECONDS = 4
"""How long a person waits for a mail server's answer, where a form needs it."""


class Unreachable(Exception):
    """There is no way to the mail server now: the other letters need not try."""


class Carrier(Protocol):
    """What takes mail away."""

    def carry(self, name: str, message: EmailMessage) -> None:
        """Hand over one mail, or raise; `name` is the same each time it is tried."""

    def close(self) -> None:
        """Say goodbye."""


Claimed = Row[int, int | None, str, str | None, str, str, str, datetime, int, str | None]
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
                _note_taken(letter.to)
    finally:
        carrier.close()


def _claim() -> Claimed | None:
    now = clock.now()
    letter = db.session.execute(
        select(
            Letter.id,
            Letter.person_id,
            Letter.to,
            Letter.about,
            Letter.subject,
            Letter.text,
            Letter.calendar,
            Letter.written_at,
            (Letter.tries + 1).label("tries"),
            select(Person.locale)
            .where(Person.id == Letter.person_id)
            .scalar_subquery()
            .label("locale"),
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
    gives_up = letter.tries >= len(WAITS) or _is_final(error)
    cause = error.__cause__ or error
    log.warning(
        "letter not sent",
        letter=letter.id,
        tries=letter.tries,
        given_up=gives_up,
        error=type(cause).__name__,
    )
    trouble = one_line(_said(error) or f"{type(cause).__name__}: {error}")[:300]
    with committing():
        _update(letter, trouble=trouble, given_up_at=clock.now() if gives_up else None)
        if gives_up:
            refused = not isinstance(error, Unreachable)
            note_undelivered(letter.to, trouble, refused=refused)


def _note_taken(to: str) -> None:
    """Forget what went wrong with an address: its mail server has just taken a letter.

    Where such a letter came back before, only one that stayed away since says that mail arrives.
    """
    taken = select(Letter.id).where(Letter.to == Undelivered.address, Letter.sent_at.is_not(None))
    came_back = taken.where(Letter.given_up_at.is_not(None))
    stayed = taken.where(
        Letter.given_up_at.is_(None),
        Letter.sent_at > Undelivered.at,
        Letter.sent_at <= clock.now() - ARRIVES_IN,
    )
    arrives = or_(~came_back.exists(), stayed.exists())
    db.session.execute(
        delete(Undelivered).where(Undelivered.address == to, arrives),
        execution_options={"synchronize_session": False},
    )


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this letter: RFC 5321 has 5xx for that."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPNotSupportedError) or (
        isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    )


def _said(error: Exception) -> str:
    """What the mail server said: its code and its words; "" if it was not the server."""
    replies: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        replies = [(error.smtp_code, error.smtp_error)]
    return " ".join(
        f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
        for code, words in replies
    )


def _message(letter: Claimed) -> EmailMessage:
    settings = current_app.config["PDPORTAL"]
    to = mail_address(letter.to)
    message = EmailMessage(policy=default.clone(utf8=not to.isascii()))
    name, address = sender_parts(settings["MAIL_FROM"])
    message["From"] = Address(name or settings["NAME"], addr_spec=mail_address(address))
    message["To"] = _address(to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    host = urlsplit(settings["BASE_URL"]).hostname or "localhost"
    # The same for each try, so that a mailbox can tell a repetition.
    message["Message-ID"] = f"<letter.{letter.id}.{letter.written_at:%Y%m%d%H%M%S}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if stop := unsubscribe_url(letter.person_id or 0, letter.about):
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    html = as_html(letter.subject, letter.text, letter.locale)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if letter.calendar:
        _add_calendar(message, letter.calendar)
    # An address in a header is never broken up: not every reader of mail would mend it.
    message.policy = message.policy.clone(max_line_length=998)
    return message


def _add_calendar(message: EmailMessage, calendar: str) -> None:
    """As the last alternative, which Outlook and Google read, and as a file, which others open."""
    method = "CANCEL" if "\nMETHOD:CANCEL\r" in calendar else "REQUEST"
    params = {"method": method}
    cte = "quoted-printable"
    message.add_alternative(calendar, subtype="calendar", params=params, cte=cte)
    message.add_attachment(
        calendar.encode(), maintype="application", subtype="ics", filename="invite.ics"
    )


def _address(to: str) -> Address:
    """The address as a header; `addr_spec` checks it, and takes ASCII alone before the @."""
    if to.isascii():
        return Address(addr_spec=to)
    local_part, _at, domain = to.rpartition("@")
    return Address(username=local_part, domain=domain)


def _file_name(letter: Claimed) -> str:
    return f"{letter.written_at:%Y%m%d-%H%M%S}-{letter.id}.eml"


def carrier_for(settings: dict[str, object]) -> Carrier:
    """How the settings want mail to go."""
    where = str(settings["MAIL"])
    if where.startswith("folder:"):
        return Folder(mail_folder(settings))
    return Server(where)


@cached(TTLCache(maxsize=4, ttl=600), key=lambda settings: settings["MAIL"], lock=Lock())
def takes_any_letters(settings: dict[str, object]) -> bool:
    """Whether mail goes to addresses with letters of every script before the @ (RFC 6531).

    A folder takes them; a mail server is asked, for a few seconds at the most.
    """
    where = str(settings["MAIL"])
    if where.startswith("folder:"):
        return True
    server = Server(where, timeout_seconds=ASK_SECONDS)
    try:
        return server.offers("smtputf8")
    except (OSError, smtplib.SMTPException):
        return False
    finally:
        server.close()


def mail_folder(settings: dict[str, object]) -> Path:
    """Where mail lies when it goes nowhere."""
    data = settings["DATA"]
    assert isinstance(data, Path)  # noqa: S101  # the settings have read it as one
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

    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout_seconds
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

    def offers(self, extension: str) -> bool:
        """Whether the server offers an extension of SMTP, by its name in small letters."""
        self._line = self._connect()
        return self._line.has_extn(extension)

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
                host, self._url.port or 465, timeout=self._timeout, context=context
            )
        else:
            line = smtplib.SMTP(host, self._url.port or 25, timeout=self._timeout)
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
