"""What mail servers report later of a letter that they took and could not deliver (RFC 3464).

A report counts only if it holds the head of a letter that we sent, which outsiders do not have.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from typing import cast

from pdportal import clock
from pdportal.accounts.services.delivery import note_undelivered
from pdportal.db import db
from pdportal.inbox.models import Letter
from pdportal.web.requests import LARGEST_ID
from pdportal.web.typed import one_line

_OURS = re.compile(r"<letter\.(\d{1,18})\.(\d{14})@[^>\s]+>")
"""The Message-ID of a letter: its number, and when it was written."""


def note_bounce(raw: bytes) -> Letter | None:
    """Note that a letter did not arrive, once; None where the mail reports nothing of that kind."""
    report = message_from_bytes(raw)  # heads as they are: others' need not follow any rule
    trouble = _failure(report)
    letter = _letter_in(report)
    if trouble is None or letter is None:
        return None
    if letter.given_up_at is None:
        letter.given_up_at, letter.trouble = clock.now(), trouble
        note_undelivered(letter.to, trouble, refused=True)
    return letter


def _failure(report: Message) -> str | None:
    """Why the letter failed for good; None for delays, receipts and other mail."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in cast(list[Message], part.get_payload()):
            status = str(fields.get("Status", ""))
            if str(fields.get("Action", "")).strip().lower() == "failed" and status[:1] == "5":
                reason = str(fields.get("Diagnostic-Code", "")).partition(";")[2]
                return one_line(f"{status} {reason}")[:300]
    return None


def _letter_in(report: Message) -> Letter | None:
    """The letter of ours whose head stands in the report."""
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            head = str(part.get_payload(decode=False))
        elif part.get_content_type() == "message/rfc822":
            head = str(cast(list[Message], part.get_payload())[0].get("Message-ID", ""))
        else:
            continue
        if (found := _OURS.search(head)) and int(found[1]) <= LARGEST_ID:
            letter = db.session.get(Letter, int(found[1]), with_for_update=True)
            if letter is not None and f"{letter.written_at:%Y%m%d%H%M%S}" == found[2]:
                return letter
    return None
