"""Whether a file that begins like a film holds one, and all of it; only its frame is read.

MP4, MOV and 3GP are boxes in boxes, WebM and Matroska elements in elements: each says what it is
and how long. We go from one to the next without what is in them, so that a large file costs no
more than a small one, wherever it keeps its list of pictures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import islice
from typing import IO, NamedTuple

from pdportal.video.kinds import Kind

MOST_PARTS = 50_000
"""More parts in one row than films of a lesson have."""

_BOXES = {
    *(b"moov", b"mdat", b"moof", b"ftyp", b"styp", b"sidx", b"free", b"skip", b"wide", b"uuid"),
    *(b"meta", b"udta", b"pnot", b"pdin", b"mfra", b"emsg", b"prft"),
}
_EBML, _SEGMENT, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1654AE6B, 0x1F43B675
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


Parts = Callable[[IO[bytes], int, int], Iterator[Part]]


def look(file: IO[bytes], kind: Kind) -> Found:
    """Look through a file of this kind; it is left at any place."""
    length = file.seek(0, os.SEEK_END)
    if kind.demuxer == "mov":
        return _in_boxes(file, length)
    if kind.demuxer == "matroska":
        return _in_elements(file, length)
    return Found.FILM  # an Ogg file names its film in the bytes by which it was known


def _in_boxes(file: IO[bytes], length: int) -> Found:
    listed = film = pictures = False
    for box in _boxes(file, 0, length):
        if film and pictures and box.name not in _BOXES:
            break  # what some cameras write after the end
        if box.stop > length:
            return Found.A_PART if box.name in _BOXES else Found.NO_FILM
        if box.name == b"moov":
            listed = True
            film = film or any(
                _handler(file, media) == b"vide"
                for track in _named(b"trak", _boxes, file, box)
                for media in _named(b"mdia", _boxes, file, track)
            )
        elif box.name in {b"mdat", b"moof"}:
            pictures = pictures or box.stop > box.start
    if film and pictures:
        return Found.FILM
    return Found.A_PART if film or (pictures and not listed) else Found.NO_FILM


def _handler(file: IO[bytes], media: Part) -> bytes:
    for box in _named(b"hdlr", _boxes, file, media):
        file.seek(box.start + 8)
        return file.read(4)
    return b""


def _in_elements(file: IO[bytes], length: int) -> Found:
    segment = next(_named(_SEGMENT, _elements, file, Part(0, 0, length)), None)
    if segment is None:
        return Found.NO_FILM
    if segment.stop > length:
        return Found.A_PART
    film = pictures = False
    for element in islice(_elements(file, segment.start, segment.stop), MOST_PARTS):
        if element.name == _TRACKS:
            film = any(
                _number(file, what) == _IS_VIDEO
                for track in _named(_TRACK, _elements, file, element)
                for what in _named(_TRACK_TYPE, _elements, file, track)
            )
        elif element.name == _CLUSTER:
            pictures = True
        if film and pictures:
            return Found.FILM
    return Found.A_PART if film else Found.NO_FILM


def _named(name: bytes | int, parts: Parts, file: IO[bytes], inside: Part) -> Iterator[Part]:
    """The parts of this name inside another one, as far as they are whole."""
    for part in islice(parts(file, inside.start, inside.stop), MOST_PARTS):
        if part.name == name:
            yield part


def _boxes(file: IO[bytes], start: int, stop: int) -> Iterator[Part]:
    """The boxes between two places; the last may claim to end beyond."""
    for _nth in range(MOST_PARTS):
        file.seek(start)
        head = file.read(16)
        size, name, first = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if start + 8 > stop or len(head) < 8:
            return
        if size == 1:
            size, first = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:
            size = stop - start  # as long as there is anything
        if start + size < first:
            return
        yield Part(name, first, start + size)
        start += size


def _elements(file: IO[bytes], start: int, stop: int) -> Iterator[Part]:
    """The elements between two places; one of unknown length goes on to the end."""
    while start < stop:
        file.seek(start)
        head = file.read(12)
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


def _number(file: IO[bytes], element: Part) -> int:
    file.seek(element.start)
    return int.from_bytes(file.read(min(8, element.stop - element.start)), "big")
