"""A text as its readers see it: its words in order, each with its place, and its rendered HTML.

A place is a number of letters: characters of the text in Unicode's NFC, without blanks and without
characters that show nothing. So it is the same in the browser and here, however lines are broken.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape, unescape
from itertools import accumulate, chain, pairwise

from cachetools import LRUCache
from markupsafe import Markup

from pdportal.feedback.works.words import BLANKS, letters_of, visible, words_of
from pdportal.web.texts import render_text

VISIBLE = re.compile(f"[^{BLANKS}]+")
_PIECE = re.compile(r'<(?:[^<>"]|"[^"]*")*>|[^<]+|<')
INLINE = frozenset({"a", "b", "code", "del", "em", "i", "s", "span", "strong", "sub", "sup"})
_SENTENCE_END = re.compile(r"[.!?…؟।]+[\"'”’»)\]]*\s+|[。！？]+[」』”’）]*")


@dataclass(frozen=True)
class Mark:
    """Letters of a text from `start` to before `end`, to be wrapped in `<mark>`."""

    start: int
    end: int
    key: str
    """The id of the comment's card."""
    look: str = ""
    """A class beside `passage`."""


@dataclass(frozen=True)
class Piece:
    """A tag, or words between two tags."""

    html: str
    words: str | None = None
    start: int = 0
    """The place of the first letter."""
    end: int = 0
    """The place after the last one."""

    def between(self, start: int, end: int) -> str:
        """The words from one place to before another, with the blanks after each letter.

        What stands before all letters is not among them.
        """
        at = self._at
        first, last = max(0, start - self.start), max(0, end - self.start)
        return (self.words or "")[at[min(first, len(at) - 1)] : at[min(last, len(at) - 1)]]

    @property
    def lead(self) -> str:
        """What stands before all letters."""
        return (self.words or "")[: self._at[0]]

    @cached_property
    def _at(self) -> list[int]:
        """Where each letter stands, and where the words end."""
        words = self.words or ""
        return [*letters_at(words), len(words)]


@dataclass(frozen=True)
class Reading:
    """A rendered text cut into tags and words; a unit is a sentence, or a line without an end."""

    html: Markup
    pieces: list[Piece] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    units: list[tuple[int, int]] = field(default_factory=list)
    """The first word of each, and the one after its last."""
    lines: set[int] = field(default_factory=set)
    """The units that are a line of their own."""

    @cached_property
    def letters(self) -> str:
        """All its letters."""
        return "".join(self.words)

    @cached_property
    def places(self) -> list[int]:
        """The place of each word's first letter, and the number of letters at the end."""
        return list(accumulate(map(len, self.words), initial=0))

    @cached_property
    def edges(self) -> frozenset[int]:
        """Where a word begins or ends."""
        return frozenset(self.places)

    @cached_property
    def unit_keys(self) -> list[str]:
        """The words of each unit, with a blank between any two."""
        return [" ".join(self.words[first:end]) for first, end in self.units]

    @cached_property
    def links(self) -> dict[int, str]:
        """The opening tag of the link in which each linked word begins."""
        found: dict[int, str] = {}
        tag = ""
        for piece in self.pieces:
            if piece.html.startswith(("<a", "</a")):
                tag = piece.html if piece.html.startswith("<a") else ""
            elif tag and piece.words:
                first = bisect_left(self.places, piece.start)
                end = bisect_left(self.places, piece.end)
                found |= dict.fromkeys(range(first, end), tag)
        return found

    @cached_property
    def unit_words(self) -> list[Counter[str]]:
        """The words of each unit, and how often each stands there."""
        return [Counter(self.words[first:end]) for first, end in self.units]

    @cached_property
    def units_with(self) -> dict[str, list[int]]:
        """The units in which a word stands."""
        found: dict[str, list[int]] = {}
        for unit, words in enumerate(self.unit_words):
            for word in words:
                found.setdefault(word, []).append(unit)
        return found

    @cached_property
    def unit_of(self) -> list[int]:
        """The number of the unit of each word."""
        return [n for n, (first, end) in enumerate(self.units) for _word in range(first, end)]

    def stands(self, quote: str, start: int) -> bool:
        """Whether some words stand at this place."""
        return self.letters.startswith(letters_of(quote), start)

    @cached_property
    def _starts(self) -> list[int]:
        """For each piece the place where its words, or the next, begin."""
        starts, at = [], 0
        for piece in self.pieces:
            starts.append(at)
            at = at if piece.words is None else piece.end
        return starts

    def text(self, start: int, end: int) -> str:
        """The words that stand at some letters, in one line."""
        found: list[str] = []
        for number in range(max(0, bisect_right(self._starts, start) - 1), len(self.pieces)):
            piece = self.pieces[number]
            if self._starts[number] >= end:
                break
            if piece.words is None:
                if _breaks(piece.html):
                    found.append(" ")
                continue
            at = letters_at(piece.words)
            first, last = start - piece.start, end - piece.start
            if first < len(at):
                begin = at[first] if first > 0 else 0
                stop = at[last - 1] + 1 if last < len(at) else len(piece.words)
                found.append(piece.words[begin:stop])
        return " ".join("".join(found).split())

    def marked(self, marks: Iterable[Mark]) -> Markup:
        """The HTML with the letters of each mark wrapped; the first part of each has an id."""
        ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end))
        if not ordered:
            return self.html
        out: list[str] = []
        begun: set[str] = set()
        nth = 0
        open_marks: list[Mark] = []
        for piece in self.pieces:
            if piece.words is None:
                out.append(piece.html)
                continue
            while nth < len(ordered) and ordered[nth].start < piece.end:
                open_marks.append(ordered[nth])
                nth += 1
            open_marks = [mark for mark in open_marks if mark.end > piece.start]
            out.append(_wrapped(piece, open_marks, begun) if open_marks else piece.html)
        return Markup("".join(out))  # noqa: S704 -- the HTML was clean, and only our own tags were added


def read(html: Markup) -> Reading:
    """Cut safe HTML, as `render_text` makes it, into tags and words."""
    reading = Reading(html)
    line: list[str] = []
    start = 0
    for found in _PIECE.finditer(html):
        piece = found[0]
        if piece[0] != "<" or len(piece) == 1:
            text = unescape(piece)
            end = start + len(visible(text))
            reading.pieces.append(Piece(piece, text, start, end))
            line.append(text)
            start = end
            continue
        reading.pieces.append(Piece(piece))
        if line and _breaks(piece):
            _add_line(reading, "".join(line))
            line.clear()
    _add_line(reading, "".join(line))
    return reading


MOST_LETTERS = 400_000
"""Of how many letters of works a process caches what is read from them."""
_readings: LRUCache[str, Reading] = LRUCache(
    MOST_LETTERS, getsizeof=lambda reading: len(reading.html)
)


def reading_of(text: str) -> Reading:
    """What somebody typed, as it is read; cached under the text itself."""
    reading = _readings.get(text)
    if reading is None:
        reading = read(render_text(text))
        if len(reading.html) <= MOST_LETTERS:
            _readings[text] = reading
    return reading


def name_of(tag: str) -> str:
    """What the element of a tag is called."""
    return tag.strip("</>").split(" ", 1)[0]


def letters_at(words: str) -> list[int]:
    """Where in some words each letter stands."""
    return [*chain.from_iterable(range(*found.span()) for found in VISIBLE.finditer(words))]


def _breaks(tag: str) -> bool:
    return name_of(tag) not in INLINE


def _add_line(reading: Reading, line: str) -> None:
    start, first = 0, len(reading.units)
    for found in _SENTENCE_END.finditer(line):
        _add_unit(reading, line[start : found.end()])
        start = found.end()
    _add_unit(reading, line[start:])
    if len(reading.units) == first + 1:
        reading.lines.add(first)


def _add_unit(reading: Reading, text: str) -> None:
    first = len(reading.words)
    reading.words.extend(words_of(text))
    if len(reading.words) > first:
        reading.units.append((first, len(reading.words)))


def _wrapped(piece: Piece, marks: list[Mark], begun: set[str]) -> str:
    words = piece.words or ""
    at = letters_at(words)
    spans = []
    for mark in marks:
        first, last = max(0, mark.start - piece.start), min(len(at), mark.end - piece.start)
        if first < last:
            spans.append((at[first], at[last - 1] + 1, mark))
    cuts = sorted({0, len(words), *(cut for first, last, _mark in spans for cut in (first, last))})
    out = []
    for left, right in pairwise(cuts):
        html = escape(words[left:right], quote=False)
        for first, last, mark in reversed(spans):
            if first <= left < last:
                id_ = f' id="passage-{mark.key}"' if mark.key not in begun else ""
                begun.add(mark.key)
                look = f"passage {mark.look}".strip()
                html = f'<mark class="{look}" data-comment="{mark.key}"{id_}>{html}</mark>'
        out.append(html)
    return "".join(out)
