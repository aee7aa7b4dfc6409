"""Where on a text a comment stands: found again after the text has changed, and marked in it.

A passage is remembered by its own words and a few words before and after it, the way the web's
annotations do it (TextQuoteSelector), not by a number that the next edit makes wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from itertools import pairwise

from diff_match_patch import diff_match_patch
from markupsafe import Markup

CONTEXT = 40
"""How many characters before and after a passage are kept."""


_SHORTEST_GUESS = 12
_LONGEST_GUESS = 20_000
_END = 24
_SLACK = 10
_LIKE_ENOUGH = 0.6
_APART = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure",
        "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section",
        "table", "td", "th", "tr", "ul",
    }
)  # fmt: skip


_CLOSED = frozenset({"math", "svg", "script", "style", "template"})


@dataclass(frozen=True)
class Passage:
    """The words a comment is about, with some of those around them."""

    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Mark:
    """A comment and the passage to be marked for it; `key` is the id of the comment's card."""

    key: str
    passage: Passage


def one_line(text: str) -> str:
    """Words as they are compared: runs of white space are one space."""
    return " ".join(text.split())


def locate(text: str, passage: Passage) -> tuple[int, int] | None:
    """Where a passage stands in `text` (one line): the exact words, best by their neighbours, or
    words that are much the same; None if it is lost."""
    quote = one_line(passage.quote)
    if not quote:
        return None
    before, after = one_line(passage.before), one_line(passage.after)
    places = list(_places(text, quote))
    small = text.lower()
    if not places and len(small) == len(text):
        places = list(_places(small, quote.lower()))
    if places:
        best = max(places, key=lambda at: (_fit(text, at, at + len(quote), before, after), -at))
        return best, best + len(quote)
    return _guess(text, quote, before, after)


def plain(html: str) -> str:
    """The words of rendered HTML in one line, as passages are looked for."""
    return _Pieces(html).text


def mark(html: str, marks: Iterable[Mark]) -> tuple[Markup, set[str]]:
    """The same safe HTML with each passage wrapped in `<mark>`, and the keys of those found."""
    pieces = _Pieces(html)
    spans: list[tuple[int, int, str]] = []
    for each in marks:
        place = locate(pieces.text, each.passage)
        if place:
            spans.append((*place, each.key))
    return Markup(pieces.marked(spans)), {key for _start, _end, key in spans}  # noqa: S704 — the HTML was clean, and only our own tags were added


def _places(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _fit(text: str, start: int, end: int, before: str, after: str) -> int:
    return _shared(before[::-1], text[:start].rstrip()[::-1]) + _shared(after, text[end:].lstrip())


def _shared(left: str, right: str) -> int:
    count = 0
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _guess(text: str, quote: str, before: str, after: str) -> tuple[int, int] | None:
    """The words most like the quote: by how it begins and how it ends."""
    if len(quote) < _SHORTEST_GUESS or not text or len(text) > _LONGEST_GUESS:
        return None
    matcher = diff_match_patch()
    matcher.Match_Threshold = 0.35
    matcher.Match_Distance = 1_000_000
    matcher.Match_MaxBits = 0
    head, tail = quote[:_END], quote[-_END:]
    near = 0
    around = text.find(before) if len(before) >= _SHORTEST_GUESS else -1
    if around >= 0:
        near = around + len(before)
    start = matcher.match_main(text, head, near)
    if start < 0:
        return None
    end_from = matcher.match_main(text[start:], tail, max(0, len(quote) - len(tail)))
    if end_from < 0:
        return None
    end = min(len(text), start + end_from + len(tail) + _SLACK)
    start, end = _trimmed(matcher, quote, text, max(0, start - _SLACK), end)
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    if start >= end or not _alike(matcher, quote, text[start:end]):
        return None
    return start, end


def _trimmed(
    matcher: diff_match_patch, quote: str, text: str, start: int, end: int
) -> tuple[int, int]:
    """From the first to the last letters that a stretch of the text shares with the quote."""
    changes = matcher.diff_main(quote, text[start:end])
    matcher.diff_cleanupSemantic(changes)
    at, first, last = start, end, start
    for op, words in changes:
        if op == 0:
            first, last = min(first, at), at + len(words)
        if op >= 0:
            at += len(words)
    return first, last


def _alike(matcher: diff_match_patch, left: str, right: str) -> bool:
    longest = max(len(left), len(right))
    if min(len(left), len(right)) < _LIKE_ENOUGH * longest:
        return False
    changes = matcher.diff_main(left, right)
    return bool(1 - matcher.diff_levenshtein(changes) / longest >= _LIKE_ENOUGH)


class _Pieces(HTMLParser):
    """HTML cut into tags and words; every letter of the words knows its place in the one line."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self._parts: list[tuple[str, str, list[int]]] = []
        """`(kind, raw or words, place of each letter in the line)`; kind is "tag" or "words"."""
        self._line: list[str] = []
        self._shut = 0
        self.feed(html)
        self.close()
        self.text = "".join(self._line).rstrip()

    def marked(self, spans: list[tuple[int, int, str]]) -> str:
        out: list[str] = []
        begun: set[str] = set()
        for kind, words, places in self._parts:
            if kind == "tag" or not words.strip():
                out.append(words if kind == "tag" else escape(words, quote=False))
                continue
            cuts = {0, len(words)}
            for start, end, _key in spans:
                inside = [n for n, place in enumerate(places) if start <= place < end]
                if inside:
                    cuts |= {inside[0], inside[-1] + 1}
            ordered = sorted(cuts)
            for left, right in pairwise(ordered):
                piece = words[left:right]
                place = places[left]
                keys = [key for start, end, key in spans if start <= place < end]
                marked = escape(piece, quote=False)
                for key in reversed(keys):
                    first = f' id="passage-{escape(key)}"' if key not in begun else ""
                    begun.add(key)
                    marked = (
                        f'<mark class="passage" data-comment="{escape(key)}"{first}>{marked}</mark>'
                    )
                out.append(marked)
        return "".join(out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(self.get_starttag_text() or "")
        if tag in _APART:
            self._space()
        if tag in _CLOSED:
            self._shut += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(self.get_starttag_text() or "")
        if tag in _APART:
            self._space()

    def handle_endtag(self, tag: str) -> None:
        if tag in _CLOSED and self._shut:
            self._shut -= 1
        self._tag(f"</{tag}>")
        if tag in _APART:
            self._space()

    def handle_data(self, data: str) -> None:
        self._words(data)

    def handle_entityref(self, name: str) -> None:
        self._words(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._words(unescape(f"&#{name};"))

    def _tag(self, raw: str) -> None:
        self._parts.append(("tag", raw, []))

    def _words(self, data: str) -> None:
        if self._shut:
            self._parts.append(("tag", escape(data, quote=False), []))
            return
        places = []
        for letter in data:
            if letter.isspace():
                self._space()
                places.append(max(0, len(self._line) - 1))
            else:
                places.append(len(self._line))
                self._line.append(letter)
        if self._parts and self._parts[-1][0] == "words":
            _kind, words, before = self._parts[-1]
            self._parts[-1] = ("words", words + data, before + places)
        else:
            self._parts.append(("words", data, places))

    def _space(self) -> None:
        if self._line and self._line[-1] != " ":
            self._line.append(" ")
