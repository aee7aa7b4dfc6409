"""Marks that stand in Markdown for what our own reader has already understood."""

import re
from typing import Final

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
TOKEN: Final = re.compile("\ue000([A-Z])(\\d*)\ue001")
STRAY: Final = re.compile("[\ue000\ue001]")


def token(kind: str, number: int | str = "") -> str:
    """A mark that no author can write: these characters are taken out of sources."""
    return f"{OPEN}{kind}{number}{CLOSE}"


def without_tokens(text: str) -> str:
    """Text as an author could have written it."""
    return STRAY.sub("\ufffd", text)
