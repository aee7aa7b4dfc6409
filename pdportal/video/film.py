"""What a file says of itself: whether it holds a film and all of it, its codecs, its length.

Only its frame is read. This much is known without ffmpeg, which looks closer (`ffmpeg.examine`) and
converts what it must.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from pdportal.video.kinds import Kind
from pdportal.video.parts import Heads, Part, TooManyParts, boxes, elements, inside, number


class Found(StrEnum):
    """What a file turned out to hold."""

    FILM = "film"
    NO_FILM = "no film"
    A_PART = "a part"
    """It says itself that there should be more of it."""


class Trouble(StrEnum):
    """Why a film does not play in every usual browser."""

    HEVC = "hevc"
    CODEC = "codec"
    CONTAINER = "container"
    """Its pictures would play; the kind of file does not."""
    SOUND = "sound"
    """The pictures play, and nothing is heard."""
    DAMAGED = "damaged"
    FAILED = "failed"
    """It was to be converted, and three tries did not end."""


@dataclass(frozen=True)
class Film:
    """A file as it says of itself; what it does not say is None."""

    found: Found
    trouble: Trouble | None = None
    seconds: float | None = None


def read_film(file: IO[bytes], kind: Kind) -> Film:
    """Look through a file of this kind; it is left at any place."""
    length = file.seek(0, os.SEEK_END)
    try:
        if kind.demuxer == "mov":
            return _of_boxes(Heads(file), length)
        if kind.demuxer == "matroska":
            return _of_elements(Heads(file), kind, length)
    except TooManyParts:
        return Film(Found.NO_FILM)
    return Film(Found.FILM, Trouble.CODEC)  # it is converted, and looked through then


Troubles = list[Trouble | None]
"""Why each track of a sort does not play; None for one that does."""


def _worst(shown: Troubles, heard: Troubles) -> Trouble | None:
    """Of several tracks of a sort the one that plays counts."""
    return next((each[0] for each in (shown, heard) if each and None not in each), None)


# MP4, MOV, 3GP

_BOXES = {
    *(b"moov", b"mdat", b"moof", b"ftyp", b"styp", b"sidx", b"free", b"skip", b"wide", b"uuid"),
    *(b"meta", b"udta", b"pnot", b"pdin", b"mfra", b"emsg", b"prft"),
}
_SHOWN = {b"avc1", b"avc3", b"av01", b"vp08", b"vp09"}
_HEVC = {b"hvc1", b"hev1", b"dvh1", b"dvhe"}
_HEARD = {b"mp4a", b"Opus", b"fLaC", b".mp3"}


def _of_boxes(heads: Heads, length: int) -> Film:
    shown, heard = Troubles(), Troubles()
    seconds, listed, pictures = None, False, False
    for box in boxes(heads, 0, length):
        if (shown or heard) and pictures and box.name not in _BOXES:
            break  # what some cameras write after the end
        if box.stop > length:
            return Film(Found.A_PART if box.name in _BOXES else Found.NO_FILM)
        if box.name == b"moov":
            listed = True
            for track in inside(heads, box, b"trak"):
                _add_track(shown, heard, heads, track)
            seconds = _length_in_boxes(heads, box)
        elif box.name in {b"mdat", b"moof"}:
            pictures = pictures or box.stop > box.start
    tracks = shown or heard
    if tracks and pictures:
        return Film(Found.FILM, _worst(shown, heard), seconds)
    return Film(Found.A_PART if tracks or (pictures and not listed) else Found.NO_FILM)


def _add_track(shown: Troubles, heard: Troubles, heads: Heads, track: Part) -> None:
    handlers = heads.handlers(track)
    codec: bytes | int = b""
    for stsd in inside(heads, track, b"mdia", b"minf", b"stbl", b"stsd"):
        codec = next((entry.name for entry in boxes(heads, stsd.start + 8, stsd.stop)), b"")
    if b"vide" in handlers:
        hevc = Trouble.HEVC if codec in _HEVC else Trouble.CODEC
        shown.append(None if codec in _SHOWN else hevc)
    elif b"soun" in handlers:
        heard.append(None if codec in _HEARD else Trouble.SOUND)


def _length_in_boxes(heads: Heads, moov: Part) -> float | None:
    """By the head of the film; a film in fragments says it elsewhere, or nowhere."""
    scale = ticks = 0
    try:
        for head in inside(heads, moov, b"mvhd"):
            content = heads.content(head, 32)
            shape, at = (">IQ", 20) if content[:1] == b"\x01" else (">II", 12)
            scale, ticks = struct.unpack_from(shape, content, at)
        for head in inside(heads, moov, b"mvex", b"mehd"):
            content = heads.content(head, 12)
            ticks = (
                ticks or struct.unpack_from(">Q" if content[:1] == b"\x01" else ">I", content, 4)[0]
            )
    except struct.error:
        return None
    return _plausible(ticks / scale) if scale else None


# WebM and Matroska

_SEGMENT, _INFO, _SCALE, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _TYPE, _CODEC, _CLUSTER = 0x1654AE6B, 0xAE, 0x83, 0x86, 0x1F43B675
_SHOWN_IN_WEBM = (b"V_VP8", b"V_VP9", b"V_AV1")
_HEARD_IN_WEBM = (b"A_OPUS", b"A_VORBIS", b"A_AAC", b"A_MPEG/L3", b"A_FLAC")


def _of_elements(heads: Heads, kind: Kind, length: int) -> Film:
    shown, heard, seconds = Troubles(), Troubles(), None
    segment = next((part for part in elements(heads, 0, length) if part.name == _SEGMENT), None)
    if segment is None:
        return Film(Found.NO_FILM)
    if segment.stop > length:
        return Film(Found.A_PART)
    for element in elements(heads, segment.start, segment.stop):
        if element.name == _INFO:
            seconds = _length_in_info(heads, element)
        elif element.name == _TRACKS and element.stop <= length:
            for track in inside(heads, element, _TRACK):
                _add_entry(shown, heard, heads, kind, track)
        elif element.name == _CLUSTER and (shown or heard):
            return Film(Found.FILM, _worst(shown, heard), seconds)
    return Film(Found.A_PART if shown or heard else Found.NO_FILM)


def _add_entry(shown: Troubles, heard: Troubles, heads: Heads, kind: Kind, track: Part) -> None:
    parts = {part.name: part for part in inside(heads, track, _TYPE)}
    parts |= {part.name: part for part in inside(heads, track, _CODEC)}
    sort = number(heads, parts[_TYPE]) if _TYPE in parts else 0
    codec = heads.content(parts[_CODEC], 40).rstrip(b"\0") if _CODEC in parts else b""
    if sort == 1:
        shown.append(_picture(codec, kind))
    elif sort == 2:
        heard.append(None if codec.startswith(_HEARD_IN_WEBM) else Trouble.SOUND)


def _picture(codec: bytes, kind: Kind) -> Trouble | None:
    if codec.startswith(b"V_MPEGH/ISO/HEVC"):
        return Trouble.HEVC
    if codec == b"V_MPEG4/ISO/AVC":
        return Trouble.CONTAINER
    if not codec.startswith(_SHOWN_IN_WEBM):
        return Trouble.CODEC
    return Trouble.CONTAINER if kind.suffix == ".mkv" else None


def _length_in_info(heads: Heads, info: Part) -> float | None:
    of_info = {part.name: part for part in elements(heads, info.start, info.stop)}
    scale = number(heads, of_info[_SCALE]) if _SCALE in of_info else 1_000_000
    content = heads.content(of_info[_DURATION], 8) if _DURATION in of_info else b""
    if len(content) not in {4, 8}:
        return None
    return _plausible(struct.unpack(">f" if len(content) == 4 else ">d", content)[0] * scale / 1e9)


def _plausible(seconds: float) -> float | None:
    return round(seconds, 2) if 0 < seconds < 24 * 3600 else None
