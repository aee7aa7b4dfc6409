"""Place and device go from a film before it is stored: what a phone writes into it of its own.

A part of the file that no player needs is made empty where it stands, so that the file keeps its
length, and what it says of places in itself stays true. What is kept is listed, not what goes:
makers invent new places for coordinates, serial numbers and names every year.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

from pdportal.video.kinds import Kind
from pdportal.video.parts import Heads, Part, TooManyParts, boxes, elements, inside
from pdportal.video.samples import OddTable, samples

MOST_PARTS = 1_000_000
"""A film recorded live by a browser has a part for each picture."""

_PIECE = 1024 * 1024

_KEPT_BOXES: dict[bytes, set[bytes]] = {
    b"": {b"ftyp", b"styp", b"sidx", b"moov", b"moof", b"mdat", b"mfra", b"pdin"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods", b"pssh"},
    b"trak": {b"tkhd", b"mdia", b"edts", b"tref", b"trgr", b"tapt", b"clip", b"matt", b"load"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"moof": {b"mfhd", b"traf", b"pssh"},
}
"""The boxes that a player needs, by the box they stand in; `udta`, `meta` and `uuid` are not."""

_SHOWN = {b"vide", b"soun"}
_FREE = b"free"

_SEGMENT, _CLUSTER, _INFO, _TRACKS, _TRACK = 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0xAE
_GO = {0x1254C367, 0x1941A469}  # Tags, Attachments
_WORDS = {0x7BA9, 0x7384, 0x4D80, 0x5741, 0x536E, 0x258688}
"""Title, names of files, programs and devices, the names of a track and of its codec."""
_CRC = 0xBF  # of the words that go
_VOID = b"\xec"


class CannotClean(Exception):
    """What a file says of place and device cannot be told from its film."""


def remove_place_and_device(file: IO[bytes], kind: Kind) -> None:
    """Empty all that is neither picture nor sound, in place. Raises `CannotClean`."""
    length = file.seek(0, os.SEEK_END)
    heads = Heads(file, MOST_PARTS)
    try:
        if kind.demuxer == "mov":
            end = _clean_boxes(file, heads, Part(b"", 0, length, 0))
            _zero(file, end, length)  # what some cameras write after the end
        elif kind.demuxer == "matroska":
            _clean_elements(file, heads, length)
    except (TooManyParts, OddTable) as error:
        raise CannotClean from error


def _clean_boxes(file: IO[bytes], heads: Heads, outer: Part) -> int:
    """Empty what is not kept of the boxes in `outer`; gives where the last whole one ends."""
    assert isinstance(outer.name, bytes)  # noqa: S101  # a box, not an element
    end = outer.start
    for box in list(boxes(heads, outer.start, outer.stop)):
        if box.stop > outer.stop:
            break
        end = box.stop
        if box.name not in _KEPT_BOXES[outer.name]:
            _free(file, box)
        elif box.name == b"trak":
            _clean_track(file, heads, box)
        elif box.name in _KEPT_BOXES:
            _clean_boxes(file, heads, box)
        elif box.name == b"hdlr":
            _zero(file, box.start + 12, box.stop)  # maker and model
    return end


def _clean_track(file: IO[bytes], heads: Heads, track: Part) -> None:
    """A track that is neither shown nor heard goes, with its samples: coordinates, mostly."""
    handlers = set(heads.handlers(track))
    if not handlers <= _SHOWN:
        for place, size in samples(heads, track):
            _zero(file, place, place + size)
        _free(file, track)
        return
    _clean_boxes(file, heads, track)
    if b"vide" in handlers:
        for stsd in inside(heads, track, b"mdia", b"minf", b"stbl", b"stsd"):
            for entry in boxes(heads, stsd.start + 8, stsd.stop):
                # Who made the encoder, and how it is called.
                _zero(file, entry.start + 12, min(entry.start + 16, entry.stop))
                _zero(file, entry.start + 42, min(entry.start + 74, entry.stop))


def _clean_elements(file: IO[bytes], heads: Heads, length: int) -> None:
    for segment in list(elements(heads, 0, length)):
        if segment.name != _SEGMENT:
            continue
        for element in list(_level_one(heads, segment, length)):
            if element.name in _GO:
                _void(file, element)
            elif element.name in {_INFO, _TRACKS}:
                _clean_words(file, heads, element)


def _clean_words(file: IO[bytes], heads: Heads, outer: Part) -> None:
    for part in list(elements(heads, outer.start, outer.stop)):
        stop = min(part.stop, outer.stop)
        if part.name == _CRC:
            _void(file, part._replace(stop=stop))
        elif part.name == _TRACK:
            _clean_words(file, heads, part._replace(stop=stop))
        elif part.name in _WORDS:
            _zero(file, part.start, stop)


def _level_one(heads: Heads, segment: Part, length: int) -> Iterator[Part]:
    """The elements of a segment; a cluster of unknown length is gone through to its end."""
    start = segment.start
    while start < min(segment.stop, length):
        element = next(elements(heads, start, min(segment.stop, length)), None)
        if element is None:
            return
        yield element
        is_open = element.name == _CLUSTER and element.stop >= min(segment.stop, length)
        start = element.start if is_open else element.stop


def _void(file: IO[bytes], element: Part) -> None:
    """Make an element an empty one of the same length."""
    length = element.stop - element.at
    width = 8 if length >= 9 else 1
    file.seek(element.at)
    file.write(_VOID + (length - 1 - width | 1 << 7 * width).to_bytes(width, "big"))
    _zero(file, element.at + 1 + width, element.stop)


def _free(file: IO[bytes], box: Part) -> None:
    """Make a box an empty one of the same length."""
    file.seek(box.at + 4)
    file.write(_FREE)
    _zero(file, box.start, box.stop)


def _zero(file: IO[bytes], start: int, stop: int) -> None:
    """Zeros from one place to another; the file does not grow."""
    length = file.seek(0, os.SEEK_END)
    stop = min(stop, length)
    file.seek(start)
    while start < stop:
        piece = min(_PIECE, stop - start)
        file.write(bytes(piece))
        start += piece
