"""Whether a file holds picture or sound, and all of it; only its frame is read."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import IO

from pdportal.video.kinds import Kind
from pdportal.video.parts import Heads, TooManyParts, boxes, elements, inside, number

_BOXES = {
    *(b"moov", b"mdat", b"moof", b"ftyp", b"styp", b"sidx", b"free", b"skip", b"wide", b"uuid"),
    *(b"meta", b"udta", b"pnot", b"pdin", b"mfra", b"emsg", b"prft"),
}
_SEGMENT, _TRACKS, _CLUSTER = 0x18538067, 0x1654AE6B, 0x1F43B675
_TRACK, _TRACK_TYPE, _SHOWN = 0xAE, 0x83, {1, 2}


class Found(StrEnum):
    """What a file turned out to hold."""

    FILM = "film"
    NO_FILM = "no film"
    A_PART = "a part"
    """It says itself that there should be more of it."""


def look(file: IO[bytes], kind: Kind) -> Found:
    """Look through a file of this kind; it is left at any place."""
    length = file.seek(0, os.SEEK_END)
    try:
        if kind.demuxer == "mov":
            return _in_boxes(Heads(file), length)
        if kind.demuxer == "matroska":
            return _in_elements(Heads(file), length)
    except TooManyParts:
        return Found.NO_FILM
    return Found.FILM  # the others are converted, and looked through then


def _in_boxes(heads: Heads, length: int) -> Found:
    listed = film = pictures = False
    for box in boxes(heads, 0, length):
        if film and pictures and box.name not in _BOXES:
            break  # what some cameras write after the end
        if box.stop > length:
            return Found.A_PART if box.name in _BOXES else Found.NO_FILM
        if box.name == b"moov":
            listed = True
            film = film or any(
                heads.at(handler.start + 8, 4) in {b"vide", b"soun"}
                for handler in inside(heads, box, b"trak", b"mdia", b"hdlr")
            )
        elif box.name in {b"mdat", b"moof"}:
            pictures = pictures or box.stop > box.start
    if film and pictures:
        return Found.FILM
    return Found.A_PART if film or (pictures and not listed) else Found.NO_FILM


def _in_elements(heads: Heads, length: int) -> Found:
    rows = (part for part in elements(heads, 0, length) if part.name == _SEGMENT)
    segment = next(rows, None)
    if segment is None:
        return Found.NO_FILM
    if segment.stop > length:
        return Found.A_PART
    film = pictures = False
    for element in elements(heads, segment.start, segment.stop):
        if element.name == _TRACKS and element.stop <= length:
            film = any(
                number(heads, what) in _SHOWN
                for what in inside(heads, element, _TRACK, _TRACK_TYPE)
            )
        elif element.name == _CLUSTER:
            pictures = True
        if film and pictures:
            return Found.FILM
    return Found.A_PART if film else Found.NO_FILM
