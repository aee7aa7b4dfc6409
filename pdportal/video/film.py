"""What a film is coded in and how long it is, by what it says of itself.

This much is known without ffmpeg, which looks closer (`ffmpeg.examine`) and converts what it must.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from pdportal.video.kinds import Kind
from pdportal.video.parts import Heads, Part, TooManyParts, boxes, elements, inside, number


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
    """A film as it says of itself; what it does not say is None."""

    trouble: Trouble | None
    seconds: float | None


def read_film(file: IO[bytes], kind: Kind) -> Film:
    """Look at the tracks of a file that holds a film (`whole.look`)."""
    length = file.seek(0, os.SEEK_END)
    heads = Heads(file, _MOST_READS)
    try:
        if kind.demuxer == "mov":
            return _of_boxes(heads, length)
        if kind.demuxer == "matroska":
            return _of_elements(heads, kind, length)
    except (TooManyParts, struct.error):
        return Film(Trouble.DAMAGED, None)
    return Film(Trouble.CODEC, None)


def _worst(pictures: list[Trouble | None], sounds: list[Trouble | None]) -> Trouble | None:
    """Of several tracks of a sort the one that plays counts."""
    for troubles in (pictures, sounds):
        if troubles and None not in troubles:
            return troubles[0]
    return None


# MP4, MOV, 3GP

_SHOWN = {b"avc1", b"avc3", b"av01", b"vp08", b"vp09"}
_HEVC = {b"hvc1", b"hev1", b"dvh1", b"dvhe"}
_HEARD = {b"mp4a", b"Opus", b"fLaC", b".mp3"}
_MOST_READS = 100_000


def _of_boxes(heads: Heads, length: int) -> Film:
    pictures: list[Trouble | None] = []
    sounds: list[Trouble | None] = []
    seconds = None
    for moov in (box for box in boxes(heads, 0, length) if box.name == b"moov"):
        for track in inside(heads, moov, b"trak"):
            handlers = [
                heads.at(each.start + 8, 4) for each in inside(heads, track, b"mdia", b"hdlr")
            ]
            codec = _codec(heads, track)
            if b"vide" in handlers:
                hevc = Trouble.HEVC if codec in _HEVC else Trouble.CODEC
                pictures.append(None if codec in _SHOWN else hevc)
            elif b"soun" in handlers:
                sounds.append(None if codec in _HEARD else Trouble.SOUND)
        seconds = _length_in_boxes(heads, moov)
    return Film(_worst(pictures, sounds), seconds)


def _codec(heads: Heads, track: Part) -> bytes | int:
    for stsd in inside(heads, track, b"mdia", b"minf", b"stbl", b"stsd"):
        for entry in boxes(heads, stsd.start + 8, stsd.stop):
            return entry.name
    return b""


def _length_in_boxes(heads: Heads, moov: Part) -> float | None:
    """By the head of the film; a film in fragments says it elsewhere, or nowhere."""
    scale = ticks = 0
    for head in inside(heads, moov, b"mvhd"):
        said = heads.content(head, 32)
        shape, at = (">IQ", 20) if said[:1] == b"\x01" else (">II", 12)
        scale, ticks = struct.unpack_from(shape, said, at)
    for head in inside(heads, moov, b"mvex", b"mehd"):
        said = heads.content(head, 12)
        ticks = ticks or struct.unpack_from(">Q" if said[:1] == b"\x01" else ">I", said, 4)[0]
    return _plausible(ticks / scale) if scale else None


# WebM and Matroska

_SEGMENT, _INFO, _SCALE, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _TYPE, _CODEC, _CLUSTER = 0x1654AE6B, 0xAE, 0x83, 0x86, 0x1F43B675
_SHOWN_IN_WEBM = (b"V_VP8", b"V_VP9", b"V_AV1")
_HEARD_IN_WEBM = (b"A_OPUS", b"A_VORBIS", b"A_AAC", b"A_MPEG/L3", b"A_FLAC")


def _of_elements(heads: Heads, kind: Kind, length: int) -> Film:
    pictures: list[Trouble | None] = []
    sounds: list[Trouble | None] = []
    seconds = None
    segment = next(part for part in elements(heads, 0, length) if part.name == _SEGMENT)
    for element in elements(heads, segment.start, min(segment.stop, length)):
        if element.name == _INFO:
            seconds = _length_in_info(heads, element)
        elif element.name == _TRACKS:
            for track in inside(heads, element, _TRACK):
                said = {
                    part.name: heads.content(part, 40)
                    for part in elements(heads, track.start, track.stop)
                }
                codec = said.get(_CODEC, b"").rstrip(b"\0")
                if said.get(_TYPE, b"").endswith(b"\1"):
                    pictures.append(_picture(codec, kind))
                elif said.get(_TYPE, b"").endswith(b"\2"):
                    sounds.append(None if codec.startswith(_HEARD_IN_WEBM) else Trouble.SOUND)
        elif element.name == _CLUSTER:
            break
    return Film(_worst(pictures, sounds), seconds)


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
    if _DURATION not in of_info:
        return None
    said = heads.content(of_info[_DURATION], 8)
    if len(said) not in {4, 8}:
        return None
    return _plausible(struct.unpack(">f" if len(said) == 4 else ">d", said)[0] * scale / 1e9)


def _plausible(seconds: float) -> float | None:
    return round(seconds, 2) if 0 < seconds < 24 * 3600 else None
