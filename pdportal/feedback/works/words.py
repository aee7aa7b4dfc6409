"""Words of any script, by Unicode's rules: nothing that a reader sees as one is cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

import regex

BLANKS = r"\s\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""White space, and what shows nothing; `frontend/js/passages.js` has the same."""
_BLANK = re.compile(f"[{BLANKS}]+")
_LETTER = (
    r"[[\p{L}\p{N}_]--[[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\p{Tai_Tham}\p{Tai_Viet}\p{Javanese}\p{Balinese}]--\p{Nd}]][\p{M}\u00ad\u200c\u200d\u2060]*"
)
_WORD = regex.compile(
    rf"(?V1)(?:{_LETTER})+(?:(?:['’ʼ]|(?<=\p{{Nd}})[.,:/](?=\p{{Nd}}))(?:{_LETTER})+)*"
    rf"|(?![{BLANKS}])\X"
)
"""A word of a script that has blanks; elsewhere one grapheme cluster (Unicode's annex 29)."""


_LATIN = re.compile(r"[\s!-~\xa1-\xac\xae-\u02ff\u2010-\u2027]*")
_LATIN_WORD = re.compile(r"\w+(?:(?:['’ʼ]|(?<=\d)[.,:/](?=\d))\w+)*|\S")
"""The same words in a text that is known to be in Latin letters, in a quarter of the time."""


def words_of(text: str) -> list[str]:
    """The words of one line, without blanks; every other character stands in one of them."""
    if _LATIN.fullmatch(text):
        return _LATIN_WORD.findall(text)
    return [visible(word) for word in _WORD.findall(text)]


def with_blanks(text: str) -> list[str]:
    """The same words, each with the blanks that follow it."""
    starts = [found.start() for found in _WORD.finditer(text)]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def visible(text: str) -> str:
    """A text without its blanks."""
    return _BLANK.sub("", text)


def letters_of(text: str) -> str:
    """The letters of a text: its visible characters, in Unicode's NFC."""
    return visible(normalize("NFC", text))


@lru_cache(maxsize=20_000)
def weight(word: str) -> int:
    """How much a word says about where it stands: its letters and digits; nothing for a mark.

    A sign of a script without blanks stands for about half a word.
    """
    if len(word) == 1 and word > "\u2e7f":
        return 3 if word.isalnum() else 0
    return sum(map(str.isalnum, word))


def weigh(words: Iterable[str]) -> int:
    """The same for some words."""
    return sum(map(weight, words))
