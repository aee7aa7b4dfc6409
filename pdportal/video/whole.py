"""Whether a file that begins like a film holds one, and all of it; only its frame is read.

MP4, MOV and 3GP are boxes in boxes, WebM and Matroska elements in elements: each says what it is
and how long. We go from one to the next without what is in them, so that a large file costs no
more than a small one, wherever it keeps its list of pictures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import IO, NamedTuple

from pdportal.video.kinds import Kind

MOST_PARTS = 50_000
"""More parts than films of a lesson have; whoever claims more has no film for us."""

_BOXES = {
    *(b"moov", b"mdat", b"moof", b"ftyp", b"styp", b"sidx", b"free", b"skip", b"wide", b"uuid"),
    *(b"meta", b"udta", b"pnot", b"pdin", b"mfra", b"emsg", b"prft"),
}
_SEGMENT, _TRACKS, _CLUSTER = 0x18538067, 0x1654AE6B, 0x1F43B675
_TRACK, _TRACK_TYPE, _IS_VIDEO = 0xAE, 0x83, 1


class Found(StrEnum):
    """What a file turned out to hold."""

    FILM = "film"
    NO_FILM = "no film"
    A_PART = "a part"
    """It says itself that there should be more of it."""


class Part(NamedTuple):
    """A box or an element: what it is, and where its content begins and ends."""

    name: bytes | int
    start: int
    stop: int


class _TooManyParts(Exception):
    pass


class _Heads:
    """Reads the heads of parts, a few bytes at a time, and not for ever."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MOST_PARTS

    def at(self, place: int, count: int) -> bytes:
        if not self._left:
            raise _TooManyParts
        self._left -= 1
        self._file.seek(place)
        return self._file.read(count)


Parts = Callable[[_Heads, int, int], Iterator[Part]]


def look(file: IO[bytes], kind: Kind) -> Found:
    """Look through a file of this kind; it is left at any place."""
    length = file.seek(0, os.SEEK_END)
    try:
        if kind.demuxer == "mov":
            return _in_boxes(_Heads(file), length)
        if kind.demuxer == "matroska":
            return _in_elements(_Heads(file), length)
    except _TooManyParts:
        return Found.NO_FILM
    return Found.FILM  # an Ogg file names its film in the bytes by which it was known


def _in_boxes(heads: _Heads, length: int) -> Found:
    listed = film = pictures = False
    for box in _boxes(heads, 0, length):
        if film and pictures and box.name not in _BOXES:
            break  # what some cameras write after the end
        if box.stop > length:
            return Found.A_PART if box.name in _BOXES else Found.NO_FILM
        if box.name == b"moov":
            listed = True
            film = film or any(
                _handler(heads, media) == b"vide"
                for track in _named(b"trak", _boxes, heads, box)
                for media in _named(b"mdia", _boxes, heads, track)
            )
        elif box.name in {b"mdat", b"moof"}:
            pictures = pictures or box.stop > box.start
    if film and pictures:
        return Found.FILM
    return Found.A_PART if film or (pictures and not listed) else Found.NO_FILM


def _handler(heads: _Heads, media: Part) -> bytes:
    for box in _named(b"hdlr", _boxes, heads, media):
        return heads.at(box.start + 8, 4)
    return b""


def _in_elements(heads: _Heads, length: int) -> Found:
    rows = (part for part in _elements(heads, 0, length) if part.name == _SEGMENT)
    segment = next(rows, None)
    if segment is None:
        return Found.NO_FILM
    if segment.stop > length:
        return Found.A_PART
    film = pictures = False
    for element in _elements(heads, segment.start, segment.stop):
        if element.name == _TRACKS and element.stop <= length:
            film = any(
                _number(heads, what) == _IS_VIDEO
                for track in _named(_TRACK, _elements, heads, element)
                for what in _named(_TRACK_TYPE, _elements, heads, track)
            )
        elif element.name == _CLUSTER:
            pictures = True
        if film and pictures:
            return Found.FILM
    return Found.A_PART if film else Found.NO_FILM


def _named(name: bytes | int, parts: Parts, heads: _Heads, inside: Part) -> Iterator[Part]:
    """The parts of this name inside another one; one that claims to reach beyond it ends the row.

    So no byte is walked over twice at one depth, whatever a file says of itself.
    """
    for part in parts(heads, inside.start, inside.stop):
        if not part.start <= part.stop <= inside.stop:
            return
        if part.name == name:
            yield part


def _boxes(heads: _Heads, start: int, stop: int) -> Iterator[Part]:
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
        yield Part(name, first, start + size)
        start += size


def _elements(heads: _Heads, start: int, stop: int) -> Iterator[Part]:
    """The elements between two places; one of unknown length goes on to the end."""
    while start < stop:
        head = heads.at(start, 12)
        name, width = _varying(head, keep_mark=True)
        size, more = _varying(head[width:])
        if not width or not more or width > 4:
            return
        first = start + width + more
        unknown = size == (1 << 7 * more) - 1
        start = stop if unknown else first + size
        yield Part(name, first, start)


def _varying(data: bytes, *, keep_mark: bool = False) -> tuple[int, int]:
    """A number of one to eight bytes, as EBML writes them, and how many these are; 0 if none."""
    width = 9 - data[0].bit_length() if data and data[0] else 0
    if not width or len(data) < width:
        return 0, 0
    number = int.from_bytes(data[:width], "big")
    return (number if keep_mark else number & ((1 << 7 * width) - 1)), width


def _number(heads: _Heads, element: Part) -> int:
    return int.from_bytes(heads.at(element.start, min(8, element.stop - element.start)), "big")
