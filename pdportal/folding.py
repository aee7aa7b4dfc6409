"""Text as people look for it: without case, accents and marks, in any script."""

from __future__ import annotations

import unicodedata

import regex

MOST_WORDS = 8
LONGEST_WORD = 40
INSIDE = 4
"""So many letters are looked for in the middle of words, too."""

_NO_BLANKS = (
    r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Yi}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\p{Tai_Tham}\u30FC\u3099\u309A]&&[\p{L}\p{M}\p{Nl}]]"
)
"""Letters of languages that are written without blanks between words."""

_WORD = regex.compile(rf"{_NO_BLANKS}+|[[\p{{L}}\p{{N}}\p{{M}}]--{_NO_BLANKS}]+", regex.V1)
_WITHOUT_BLANKS = regex.compile(_NO_BLANKS, regex.V1)
_MARK = regex.compile(r"\p{M}")
_UNSEEN = regex.compile(r"[\p{Cf}\p{Me}\p{Variation_Selector}\u0640]")
_NUKTA, _VOICING = 7, 8
"""Combining classes: a dot below letters of India; what makes another sound of a kana."""

_PLAIN = str.maketrans(
    {
        **{"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n"},
        **{"æ": "ae", "œ": "oe", "þ": "th", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k"},
        **{"ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه"},  # keyboards of Persian and of Arabic
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
    """Without accents, points, vowel marks and what is not seen; with what is a letter."""
    if words.isascii():
        return words
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKD", words))
    return _MARK.sub(_mark, seen)


def folded_words(text: str) -> list[str]:
    """All words of a text, folded, in order; what is written without blanks is one word."""
    return _WORD.findall(fold(text))


def words_of(asked: str) -> list[str]:
    """The words to look for in what somebody typed: each once, no more than `MOST_WORDS`."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in folded_words(asked[:400]))
    return list(words)[:MOST_WORDS]


def has_no_blanks(word: str) -> bool:
    """Whether a word is of a language without blanks, so that it may hold several words."""
    return _WITHOUT_BLANKS.match(word) is not None


def pairs(word: str) -> list[str]:
    """The letters of such a word two by two: two neighbours are found wherever they stand."""
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


def pieces(word: str) -> list[str]:
    """What of such a word may be looked for by itself: two letters of Chinese say something."""
    size = 2 if word >= "\u2e80" else 4
    return [word[at : at + size] for at in range(len(word) - size + 1)] or [word]


def snippet(words: str, asked: str, *, around: int = 60) -> list[tuple[bool, str]]:
    """A few words of a text around the first one sought, in pieces `(sought, text)`."""
    marks = _marks(words, words_of(asked))
    if not marks:
        return []
    begin, end = _cut(words, marks[0][0], around)
    shown: list[tuple[bool, str]] = []
    at = begin
    for start, stop in marks:
        if at <= start and stop <= end:
            shown += [(False, words[at:start]), (True, words[start:stop])]
            at = stop
    shown.append((False, words[at:end]))
    if begin:
        shown.insert(0, (False, "… "))
    if end < len(words):
        shown.append((False, " …"))
    return [piece for piece in shown if piece[1]]


def _marks(words: str, sought: list[str]) -> list[tuple[int, int]]:
    """Where the words sought stand: as words so begun, else in pairs, else inside of words."""
    if not words or not sought:
        return []
    folded, places = _letter_by_letter(words)
    wholes = [word for word in sought if not has_no_blanks(word)]
    runs = [word for word in sought if has_no_blanks(word)]
    inside = [regex.escape(word) for word in sought if len(word) >= INSIDE]
    begun = [rf"(?<![\p{{L}}\p{{N}}\p{{M}}]){regex.escape(word)}[^\W_]*" for word in wholes]
    begun += [regex.escape(word) for word in runs]
    parts = [regex.escape(piece) for run in runs for piece in pieces(run)]
    for ways in (begun, parts, inside):
        found = list(regex.finditer("|".join(ways), folded)) if ways else []
        if found:
            return [_at(match, places, len(words)) for match in found]
    return []


def _at(match: regex.Match[str], places: list[int], end: int) -> tuple[int, int]:
    """The place of a match in the text as it was before it was folded."""
    start, stop = match.span()
    return places[start], places[stop] if stop < len(places) else end


def _letter_by_letter(words: str) -> tuple[str, list[int]]:
    """A text folded, and for each of its letters where it was before."""
    if words.isascii():
        return words.lower(), list(range(len(words)))
    folded = [fold(letter) for letter in words]
    places = [at for at, letters in enumerate(folded) for _letter in letters]
    return "".join(folded), places


def _cut(words: str, first: int, around: int) -> tuple[int, int]:
    """From where to where a text is shown: between words, where there are blanks near."""
    begin = 0
    if first > around:
        blank = words.rfind(" ", max(0, first - 2 * around), first - around)
        begin = blank + 1 if blank >= 0 else first - around
    end = len(words)
    if first + 2 * around < len(words):
        blank = words.find(" ", first + 2 * around, first + 4 * around)
        end = blank if blank >= 0 else min(len(words), first + 2 * around)
    return begin, end


def _mark(match: regex.Match[str]) -> str:
    """Vowels and tones of scripts of South and South-East Asia stay: they make other words."""
    mark = match.group()
    kind = unicodedata.combining(mark)
    drops = kind == _NUKTA or (kind not in (0, _VOICING) and not "\u0900" <= mark <= "\u1cff")
    return "" if drops else mark
