"""Text as people look for it: without case, accents and marks, in any script."""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse

MOST_WORDS = 8
LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
_PLAIN = str.maketrans(
    {
        **{"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n"},
        **{"æ": "ae", "œ": "oe", "þ": "th", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k"},
        **{"ک": "ك", "ی": "ي", "ى": "ي"},  # keyboards of Persian and of Arabic
        **dict.fromkeys("ʻʼʽʾʿ", ""),
    }
)
"""Letters that Unicode does not take apart, as people type them who do not have them."""


def fold(words: str) -> str:
    """What "Café", "CAFE" and "cafe" with a combining accent have in common."""
    if words.isascii():
        return words.lower()
    folded = bare(bare(words).casefold()).translate(_PLAIN)
    return unicodedata.normalize("NFC", folded)


def bare(words: str) -> str:
    """Words without accents and other marks, in compatible letters."""
    if words.isascii():
        return words
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", words)))


def folded_words(text: str) -> list[str]:
    """All words of a text, folded, in order."""
    return _WORD.findall(fold(text))


def words_of(asked: str) -> list[str]:
    """The words to look for in what somebody typed: each once, no more than `MOST_WORDS`."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in folded_words(asked[:400]))
    return list(words)[:MOST_WORDS]


def snippet(words: str, asked: str, *, around: int = 60) -> list[tuple[bool, str]]:
    """A few words of a text around the first one sought, in pieces `(sought, text)`."""
    starts = words_of(asked)
    if not words or not starts:
        return []
    matches = [
        match for match in _WORD.finditer(words) if fold(match.group()).startswith(tuple(starts))
    ]
    if not matches:
        return []
    first = matches[0].start()
    begin = 0 if first <= around else words.rfind(" ", 0, first - around) + 1
    end = len(words) if first + 2 * around >= len(words) else words.find(" ", first + 2 * around)
    end = len(words) if end < 0 else end
    end = min(end, first + 4 * around)
    pieces: list[tuple[bool, str]] = []
    at = begin
    for match in matches:
        if match.start() < at or match.end() > end:
            continue
        pieces += [(False, words[at : match.start()]), (True, match.group())]
        at = match.end()
    pieces.append((False, words[at:end]))
    if begin:
        pieces.insert(0, (False, "… "))
    if end < len(words):
        pieces.append((False, " …"))
    return [piece for piece in pieces if piece[1]]
