"""The lines of a rendered text, each with the blocks it stands in, and lines put together again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from pdportal.feedback.works.reading import INLINE, Piece, Reading, name_of

_START = re.compile(r'start="(\d+)"')
STRUCK = {"<del>": "<s>", "</del>": "</s>"}
"""What somebody struck through is not what a version took out."""


@dataclass(frozen=True)
class Block:
    """A block that is open around a line."""

    tag: str
    html: str
    """The opening tag; of an item with a number, with that number."""
    id: int
    number: int | None = None
    """The number of an item, if it is the first of its list."""


@dataclass
class Line:
    """What stands between two breaks."""

    path: tuple[Block, ...]
    first: int = 0
    end: int = 0
    """Its words, as numbers in the reading."""
    pieces: list[Piece] = field(default_factory=list)
    """Words and balanced inline tags."""

    @cached_property
    def tagged(self) -> list[tuple[Piece, tuple[str, ...]]]:
        """Its words, each piece with the inline tags around it."""
        tags: tuple[str, ...] = ()
        found = []
        for piece in self.pieces:
            if piece.words is None:
                tag = STRUCK.get(piece.html, piece.html)
                tags = tags[:-1] if tag.startswith("</") else (*tags, tag)
            else:
                found.append((piece, tags))
        return found


def lines_of(reading: Reading) -> list[Line]:
    """The lines of a text; a rule is a line without words."""
    return list(_Cutter(reading).lines())


def same_blocks(path: tuple[Block, ...], other: tuple[Block, ...]) -> int:
    """How many blocks around two lines are the same."""
    pairs = zip(path, other, strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0].id == pair[1].id, pairs))


def together(lines: Iterable[tuple[tuple[Block, ...], str]]) -> str:
    """HTML of lines, given the blocks around each; the same block is opened once, if it can be."""
    out: list[str] = []
    open_: tuple[Block, ...] = ()
    for path, html in lines:
        same = same_blocks(path, open_)
        if out and path == open_:
            out.append("<br>")
        out += [f"</{block.tag}>" for block in reversed(open_[same:])]
        out += [block.html for block in path[same:]]
        out.append(html)
        open_ = path
    return "".join([*out, *(f"</{block.tag}>" for block in reversed(open_))])


class _Cutter:
    """Goes through the pieces of a text with the blocks and inline tags that are open."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.path: list[Block] = []
        self.numbers: list[int] = []
        """Of each open ordered list, the number of its next item."""
        self.inline: list[Piece] = []
        self.pieces: list[Piece] = []

    def lines(self) -> Iterator[Line]:
        """One line after the other."""
        for number, piece in enumerate(self.reading.pieces):
            if piece.words is not None:
                if self._has_words() or piece.end > piece.start:
                    self.pieces.append(piece)
                continue
            tag, close = name_of(piece.html), piece.html.startswith("</")
            if tag in INLINE:
                self.pieces.append(piece)
                if close:
                    self.inline.pop()
                else:
                    self.inline.append(piece)
                continue
            yield from self._end()
            if close:
                self.path.pop()
            elif tag == "hr":
                yield Line(tuple(self.path), pieces=[piece])
            elif tag != "br":
                self._open(tag, piece.html, number)
        yield from self._end()

    def _has_words(self) -> bool:
        return any(piece.words is not None for piece in self.pieces)

    def _open(self, tag: str, html: str, id_: int) -> None:
        number = None
        if tag == "ol":
            start = _START.search(html)
            self.numbers.append(int(start[1]) if start else 1)
            self.path.append(Block(tag, html, id_))
            return
        parent = self.path[-1] if self.path else None
        if tag == "li" and parent and parent.tag == "ol":
            nth = self.numbers[-1]
            html = f'<li value="{nth}">'
            number = nth if id_ - parent.id <= _FIRST else None
            self.numbers[-1] += 1
        self.path.append(Block(tag, html, id_, number))

    def _end(self) -> Iterator[Line]:
        if self._has_words():
            words = [piece for piece in self.pieces if piece.words is not None]
            last = words[-1]
            places = self.reading.places
            closing = [Piece(f"</{name_of(tag.html)}>") for tag in reversed(self.inline)]
            yield Line(
                tuple(self.path),
                bisect_left(places, words[0].start),
                bisect_left(places, last.end),
                [*self.pieces, *closing],
            )
        self.pieces = list(self.inline)


_FIRST = 2
"""The first item of a list is the next piece, or the one after a line break."""
