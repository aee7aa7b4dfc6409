"""The parts of a video file: boxes in MP4, MOV and 3GP, elements in WebM and Matroska.

Each says what it is and how long. We go from one to the next without what is in them, so that a
large file costs no more than a small one, wherever it keeps its list of pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

MOST_PARTS = 50_000
"""More parts than films of a lesson have; whoever claims more has no film for us."""


class Part(NamedTuple):
    """A box or an element: what it is, and where its content begins and ends."""

    name: bytes | int
    start: int
    stop: int
    at: int
    """Where its head begins."""


class TooManyParts(Exception):
    """More parts than were agreed to be looked at."""


class Heads:
    """Reads the heads of parts, a few bytes at a time, and not for ever."""

    def __init__(self, file: IO[bytes], most: int = MOST_PARTS) -> None:
        self._file = file
        self._left = most

    def at(self, place: int, count: int) -> bytes:
        """So many bytes at this place, or as many as there are. Raises `TooManyParts`."""
        if not self._left:
            raise TooManyParts
        self._left -= 1
        self._file.seek(place)
        return self._file.read(count)

    def content(self, part: Part, most: int = 1024) -> bytes:
        """The beginning of what a part holds."""
        return self.at(part.start, min(most, max(0, part.stop - part.start)))

    def handlers(self, track: Part) -> list[bytes]:
        """What a `trak` is for: `vide` is shown, `soun` is heard."""
        return [self.at(each.start + 8, 4) for each in inside(self, track, b"mdia", b"hdlr")]


Parts = Callable[[Heads, int, int], Iterator[Part]]


def inside(heads: Heads, part: Part, *path: bytes | int) -> Iterator[Part]:
    """The parts at the end of a path of names; one that reaches beyond its own ends the row.

    So no byte is walked over twice at one depth, whatever a file says of itself.
    """
    parts: Parts = boxes if isinstance(path[0], bytes) else elements
    for each in parts(heads, part.start, part.stop):
        if not each.start <= each.stop <= part.stop:
            return
        if each.name == path[0]:
            if path[1:]:
                yield from inside(heads, each, *path[1:])
            else:
                yield each


def boxes(heads: Heads, start: int, stop: int) -> Iterator[Part]:
    """The boxes between two places; the last may claim to end beyond."""
    while start + 8 <= stop:
        head = heads.at(start, 16)
        if len(head) < 8:
            return
        size, name, first = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, first = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:
            size = stop - start  # as long as there is anything
        if start + size < first:
            return
        yield Part(name, first, start + size, start)
        start += size


def elements(heads: Heads, start: int, stop: int) -> Iterator[Part]:
    """The elements between two places; one of unknown length goes on to the end."""
    while start < stop:
        head = heads.at(start, 12)
        name, width = _varying(head, keep_mark=True)
        size, more = _varying(head[width:])
        if not width or not more or width > 4:
            return
        first = start + width + more
        unknown = size == (1 << 7 * more) - 1
        end = stop if unknown else first + size
        yield Part(name, first, end, start)
        start = end


def number(heads: Heads, element: Part) -> int:
    """The number that an element holds."""
    return int.from_bytes(heads.content(element, 8), "big")


def _varying(data: bytes, *, keep_mark: bool = False) -> tuple[int, int]:
    """A number of one to eight bytes, as EBML writes them, and how many these are; 0 if none."""
    width = 9 - data[0].bit_length() if data and data[0] else 0
    if not width or len(data) < width:
        return 0, 0
    value = int.from_bytes(data[:width], "big")
    return (value if keep_mark else value & ((1 << 7 * width) - 1)), width
