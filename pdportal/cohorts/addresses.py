"""Addresses as people paste them: one a line, with or without a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

LONGEST = 254
_SHAPE = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


@dataclass(frozen=True)
class Line:
    """One line that is not empty; `address` is None where it has no email address."""

    number: int
    text: str
    address: str | None


def read_lines(pasted: str) -> list[Line]:
    """The lines of `ada@example.org`, `Ada Okafor <ada@example.org>` or `Ada, ada@example.org`.

    Several addresses in one line, parted by commas or semicolons, count as lines of that number.
    """
    lines = []
    for number, text in enumerate(pasted.splitlines(), 1):
        if not (text := text.strip().strip(",;").strip()):
            continue
        addresses = _SHAPE.findall(text)
        if len(addresses) > 1:
            lines += [Line(number, address, _tidy(address)) for address in addresses]
        else:
            address = parseaddr(text)[1] if "<" in text else "".join(addresses)
            lines.append(Line(number, text, _tidy(address)))
    return lines


def _tidy(address: str) -> str | None:
    address = address.lower()
    return address if _SHAPE.fullmatch(address) and len(address) <= LONGEST else None
