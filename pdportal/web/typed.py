"""What people type, as it is read: without what no person types, and seen or not there at all."""

from __future__ import annotations

import unicodedata
from math import isfinite
from urllib.parse import urlsplit

_NEVER_TYPED = dict.fromkeys((0x0000, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

_BLANK = frozenset(
    [
        *(0x115F, 0x1160, 0x3164, 0xFFA0),  # letters that fill a place in Hangul
        *(0x2800, 0xFFFC, 0x1D159),  # a Braille cell, an object, a note head: each without a mark
        *(0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)),  # reserved to be ignored
    ]
)
"""Characters that no font draws, though their category is one of letters, symbols or none."""

_TAGS = range(0xE0020, 0xE0080)
"""They follow a flag, and say which: England's ends with one."""


def clean_words(words: str) -> str:
    """The words without what no person types; "" if nothing of them can be seen.

    PostgreSQL refuses NUL. An embedding, override or isolate of direction turns the words around
    it, which are other people's; right and left read well without.
    """
    return words.translate(_NEVER_TYPED) if has_visible(words) else ""


def has_visible(words: str) -> bool:
    """Whether anything of it can be seen: a mark without its letter cannot, nor can a filler."""
    return any(map(is_visible, words))


def is_visible(letter: str) -> bool:
    """Whether this character shows by itself."""
    return not _is_blank(letter) and unicodedata.category(letter)[0] != "M"


def one_line(typed: str | None) -> str:
    """What was typed, without line breaks, doubled blanks, and what is unseen at its ends."""
    return " ".join(trimmed(typed).split())


def trimmed(typed: str | None) -> str:
    """What was typed, without what is unseen at its ends; a line ends as on Unix."""
    words = clean_words((typed or "").replace("\r\n", "\n").replace("\r", "\n"))
    start, end = 0, len(words)
    while start < end and _is_blank(words[start]):
        start += 1
    while end > start and _is_blank(words[end - 1]) and ord(words[end - 1]) not in _TAGS:
        end -= 1
    return words[start:end]


def decimal_number(typed: str) -> float | None:
    """A number as people type it: 12.5, 12,5 or 12.5 %; None for anything else.

    `1_0`, which Python reads as ten, is none, nor are words such as `nan`.
    """
    try:
        number = float(typed.strip().rstrip("%").replace(",", ".").replace("_", "?"))
    except ValueError:
        return None
    return number if isfinite(number) else None


def web_address(typed: str) -> str:
    """A link to a page on the web, with https:// where that was left out; "" if it is none."""
    start = typed.split("/")[0]
    url = f"https://{typed}" if ":" not in start and "." in start else typed
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fine = False
    return "" if not fine or any(each.isspace() or ord(each) < 32 for each in url) else url


def _is_blank(letter: str) -> bool:
    return ord(letter) in _BLANK or unicodedata.category(letter) in {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
        "Zs",
    }
