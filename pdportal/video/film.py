"""What a film is coded in and how long it is, by what it says of itself; and what plays it."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from pdportal.video.kinds import Kind
from pdportal.video.parts import Heads, Part, TooManyParts, boxes, elements, inside, number
from pdportal.video.samples import OddTable, samples


class Trouble(StrEnum):
    """Why a film does not play in every usual browser."""

    HEVC = "hevc"
    DEEP = "deep"
    """More than 8 bits a colour, or more colour than browsers' decoders take."""
    CODEC = "codec"
    CONTAINER = "container"
    """Its pictures would play; the kind of file does not."""
    SOUND = "sound"
    """The pictures play, and nothing is heard."""
    DAMAGED = "damaged"


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
    except (TooManyParts, OddTable, struct.error):
        return Film(Trouble.DAMAGED, None)
    return Film(Trouble.CODEC, None)


def _first(*troubles: Trouble | None) -> Trouble | None:
    return next((trouble for trouble in troubles if trouble), None)


def _best(troubles: list[Trouble | None]) -> Trouble | None:
    """Of several tracks of a sort the one that plays counts."""
    return None if None in troubles or not troubles else troubles[0]


# MP4, MOV, 3GP

_AS_PLAYED = {b"avc1", b"avc3", b"av01", b"vp08", b"vp09"}
_HEVC = {b"hvc1", b"hev1", b"dvh1", b"dvhe"}
_SOUND = {b"mp4a", b"Opus", b"fLaC", b".mp3"}
_AAC_AND_MP3 = {0x40, 0x66, 0x67, 0x68, 0x69, 0x6B}  # object types, of ISO/IEC 14496-1
_EIGHT_BITS = {66, 77, 88, 100}  # profiles of H.264: baseline, main, extended, high
_MOST_READS = 1_000_000
_TRIED, _TRIED_OF_MORE = 20_000, 10
"""So many pictures are looked at one by one (five minutes or more), and every tenth after them."""

_ENTRY = 78
"""Bytes of an entry for pictures before the boxes in it; its sound has 28."""


def _of_boxes(heads: Heads, length: int) -> Film:
    pictures: list[Trouble | None] = []
    sounds: list[Trouble | None] = []
    seconds = None
    for moov in (box for box in boxes(heads, 0, length) if box.name == b"moov"):
        for track in inside(heads, moov, b"trak"):
            handlers = [
                heads.at(each.start + 8, 4) for each in inside(heads, track, b"mdia", b"hdlr")
            ]
            for entry in _entries(heads, track):
                if b"vide" in handlers:
                    damage = _damage(heads, track, entry, length)
                    pictures.append(_picture_in_box(heads, entry) or damage)
                elif b"soun" in handlers:
                    sounds.append(_sound_in_box(heads, entry))
        seconds = _length_in_boxes(heads, moov)
    return Film(_first(_best(pictures), _best(sounds)), seconds)


def _entries(heads: Heads, track: Part) -> Iterator[Part]:
    for stsd in inside(heads, track, b"mdia", b"minf", b"stbl", b"stsd"):
        yield from boxes(heads, stsd.start + 8, stsd.stop)
        return


def _picture_in_box(heads: Heads, entry: Part) -> Trouble | None:
    if entry.name in _HEVC:
        return Trouble.HEVC
    if entry.name not in _AS_PLAYED:
        return Trouble.CODEC
    for box in boxes(heads, entry.start + _ENTRY, entry.stop):
        said = heads.content(box, 8)
        if box.name == b"avcC":
            return _of_avc(said)
        if box.name == b"av1C":
            return _of_av1(said)
        if box.name == b"vpcC" and len(said) > 6:
            return Trouble.DEEP if said[4] >= 2 or said[6] >> 4 > 8 else None
    return Trouble.DAMAGED if entry.name in {b"avc1", b"avc3"} else None


def _of_avc(said: bytes) -> Trouble | None:
    if len(said) < 4:
        return Trouble.DAMAGED
    return None if said[1] in _EIGHT_BITS else Trouble.DEEP


def _of_av1(said: bytes) -> Trouble | None:
    """10 bits play wherever AV1 does; 12 bits and more colour do not."""
    if len(said) < 3:
        return Trouble.DAMAGED
    return Trouble.DEEP if said[1] >> 5 or said[2] & 0x20 else None


def _sound_in_box(heads: Heads, entry: Part) -> Trouble | None:
    if entry.name not in _SOUND:
        return Trouble.SOUND
    said = heads.content(entry, 512)
    at = said.find(b"esds")
    config = said.find(b"\x04", at + 8 + 3) if at >= 0 else -1  # after the head of the descriptor
    while 0 <= config < len(said) - 5 and said[config + 1] == 0x80:
        said = said[: config + 1] + said[config + 2 :]  # lengths may be written in four bytes
    if entry.name != b"mp4a" or not 0 <= config < len(said) - 2:
        return None
    return None if said[config + 2] in _AAC_AND_MP3 else Trouble.SOUND


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


def _damage(heads: Heads, track: Part, entry: Part, length: int) -> Trouble | None:
    """Pictures that lie beyond the file, or whose own lengths do not add up.

    A picture of H.264 or HEVC is a row of units, each with its length before it. Where a copy
    went wrong, what stands there are zeros or bytes of something else, and no such row.
    """
    in_units = entry.name in _HEVC | {b"avc1", b"avc3"}
    for number_of, (place, size) in enumerate(samples(heads, track)):
        if place + size > length:
            return Trouble.DAMAGED
        is_tried = number_of < _TRIED or number_of % _TRIED_OF_MORE == 0
        if in_units and is_tried and not _is_row_of_units(heads, place, place + size):
            return Trouble.DAMAGED
    return None


def _is_row_of_units(heads: Heads, place: int, stop: int) -> bool:
    while place < stop:
        head = heads.at(place, 5)
        unit = int.from_bytes(head[:4], "big")
        if len(head) < 5 or not unit or head[4] & 0x80 or place + 4 + unit > stop:
            return False
        place += 4 + unit
    return True


# WebM and Matroska

_SEGMENT, _INFO, _SCALE, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _NUMBER, _TYPE, _CODEC, _PRIVATE = 0x1654AE6B, 0xAE, 0xD7, 0x83, 0x86, 0x63A2
_CLUSTER, _SIMPLE, _GROUP, _BLOCK = 0x1F43B675, 0xA3, 0xA0, 0xA1
_IN_WEBM = {b"V_VP8", b"V_VP9", b"V_AV1"}
_HEARD = (b"A_OPUS", b"A_VORBIS", b"A_AAC", b"A_MPEG/L3", b"A_FLAC")


def _of_elements(heads: Heads, kind: Kind, length: int) -> Film:
    pictures: list[Trouble | None] = []
    sounds: list[Trouble | None] = []
    seconds, in_vp9 = None, b""
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
                    pictures.append(_picture_in_element(codec, said.get(_PRIVATE, b"")))
                    in_vp9 = said.get(_NUMBER, b"") if codec == b"V_VP9" else in_vp9
                elif said.get(_TYPE, b"").endswith(b"\2"):
                    sounds.append(None if codec.startswith(_HEARD) else Trouble.SOUND)
        elif element.name == _CLUSTER:
            if in_vp9 and _is_deep_vp9(heads, element, in_vp9[-1]):
                pictures = [Trouble.DEEP]
            break
    container = Trouble.CONTAINER if kind.suffix == ".mkv" else None
    return Film(_first(_best(pictures), container, _best(sounds)), seconds)


def _picture_in_element(codec: bytes, private: bytes) -> Trouble | None:
    if codec.startswith(b"V_MPEGH/ISO/HEVC"):
        return Trouble.HEVC
    if codec == b"V_MPEG4/ISO/AVC":
        return _of_avc(private) or Trouble.CONTAINER
    if codec == b"V_AV1" and private:
        return _of_av1(private)
    return None if codec in _IN_WEBM else Trouble.CODEC


def _length_in_info(heads: Heads, info: Part) -> float | None:
    of_info = {part.name: part for part in elements(heads, info.start, info.stop)}
    scale = number(heads, of_info[_SCALE]) if _SCALE in of_info else 1_000_000
    if _DURATION not in of_info:
        return None
    said = heads.content(of_info[_DURATION], 8)
    if len(said) not in {4, 8}:
        return None
    return _plausible(struct.unpack(">f" if len(said) == 4 else ">d", said)[0] * scale / 1e9)


def _is_deep_vp9(heads: Heads, cluster: Part, track: int) -> bool:
    """By the first bits of its first picture: VP9 says its profile nowhere else for sure."""
    for part in elements(heads, cluster.start, cluster.stop):
        if part.name in {_SIMPLE, _GROUP}:
            start = (
                part.start
                if part.name == _SIMPLE
                else next((each.start for each in inside(heads, part, _BLOCK)), part.start)
            )
            head = heads.at(start, 5)  # its track, the moment, flags, and the first byte
            if len(head) == 5 and head[0] & 0x7F == track:
                return head[4] >> 6 == 2 and bool(head[4] & 0x10)
    return False


def _plausible(seconds: float) -> float | None:
    return round(seconds, 2) if 0 < seconds < 24 * 3600 else None
