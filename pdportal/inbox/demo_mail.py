"""Reading, in the demo, the mail that would otherwise go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from werkzeug.utils import secure_filename

NEWEST = 100
LONGEST_NAME = 200


@dataclass(frozen=True)
class Mail:
    """One mail as its file holds it."""

    name: str
    to: str
    subject: str
    at: datetime | None
    text: str


def newest(folder: Path) -> list[Mail]:
    """The last mails, newest first."""
    names = sorted((path.name for path in folder.glob("*.eml")), key=_age, reverse=True)
    return [mail for name in names[:NEWEST] if (mail := one(folder, name))]


def one(folder: Path, name: str) -> Mail | None:
    """One mail by the name of its file, if there is such a file in the folder."""
    path = folder / name
    if len(name) > LONGEST_NAME or name != secure_filename(name):
        return None
    if path.suffix != ".eml" or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    date, text = message["Date"], message.get_body(("plain",))
    return Mail(
        name=name,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=date.datetime if date is not None else None,
        text=text.get_content() if text is not None else "",
    )


def _age(name: str) -> tuple[str, int]:
    """When it was written, then its number: a name is `20261103-163000-12.eml`."""
    written, _dash, number = name.removesuffix(".eml").rpartition("-")
    return written, int(number) if number.isdecimal() else 0
