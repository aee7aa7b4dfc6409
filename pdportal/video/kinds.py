"""What a file is, by what it holds; its name and what the browser says of it count for nothing."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 4096
"""How many bytes from the beginning are looked at."""


@dataclass(frozen=True)
class Kind:
    """A kind of recording: of picture and sound, or of one of them."""

    content_type: str
    suffix: str
    demuxer: str
    """How ffmpeg calls it: it is told, so that no file chooses what it is read as."""
    served_as: str
    """The type that a browser is told: it plays MOV and 3GP as the MP4 that they are."""
    raw: bool = False
    """Whether it has to be converted before anybody else may have it: we cannot clean it in place,
    and browsers play few of these."""


MP4 = Kind("video/mp4", ".mp4", "mov", "video/mp4")
WEBM = Kind("video/webm", ".webm", "matroska", "video/webm")
MOV = Kind("video/quicktime", ".mov", "mov", "video/mp4")
THREE_GP = Kind("video/3gpp", ".3gp", "mov", "video/mp4")
MATROSKA = Kind("video/x-matroska", ".mkv", "matroska", "video/x-matroska")
M4A = Kind("audio/mp4", ".m4a", "mov", "audio/mp4")
OGG = Kind("video/ogg", ".ogv", "ogg", "video/ogg", raw=True)
AVI = Kind("video/x-msvideo", ".avi", "avi", "video/x-msvideo", raw=True)
MPEG_TS = Kind("video/mp2t", ".mts", "mpegts", "video/mp2t", raw=True)
MPEG = Kind("video/mpeg", ".mpg", "mpeg", "video/mpeg", raw=True)
WMV = Kind("video/x-ms-wmv", ".wmv", "asf", "video/x-ms-wmv", raw=True)
MP3 = Kind("audio/mpeg", ".mp3", "mp3", "audio/mpeg", raw=True)
WAV = Kind("audio/wav", ".wav", "wav", "audio/wav", raw=True)
AAC = Kind("audio/aac", ".aac", "aac", "audio/aac", raw=True)
AMR = Kind("audio/amr", ".amr", "amr", "audio/amr", raw=True)
FLAC = Kind("audio/flac", ".flac", "flac", "audio/flac", raw=True)

KINDS = {
    kind.content_type: kind
    for kind in (
        *(MP4, WEBM, MOV, THREE_GP, MATROSKA, M4A, OGG, AVI, MPEG_TS, MPEG, WMV),
        *(MP3, WAV, AAC, AMR, FLAC),
    )
}

_BEGINNINGS = {
    b"\0\0\x01\xba": MPEG,
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c": WMV,
    b"#!AMR": AMR,
    b"fLaC": FLAC,
}

_MP4 = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9"),
    *(b"mp41", b"mp42", b"mp71", b"avc1", b"hvc1", b"av01", b"dash", b"mmp4", b"MSNV"),
    *(b"M4V ", b"M4VH", b"M4VP", b"f4v ", b"XAVC", b"CAEP", b"NDSC", b"NDSH", b"kddi"),
}
_NO_VIDEO = {b"M4P ", b"heic", b"heix", b"mif1", b"avif", b"crx "}
_OLD_MOV = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def kind_of(head: bytes) -> Kind | None:
    """The kind of recording that begins with these bytes; None if it is none that we know."""
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[4:8] in _OLD_MOV and 8 <= int.from_bytes(head[:4], "big") < 2**31:
        return MOV
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _by_doctype(head)
    if head.startswith(b"OggS") and any(codec in head[:128] for codec in _IN_OGG):
        return OGG
    if head.startswith(b"RIFF"):
        return {b"AVI ": AVI, b"WAVE": WAV}.get(head[8:12])
    if head[:1] == b"G" == head[188:189] == head[376:377]:
        return MPEG_TS
    if head[4:5] == b"G" == head[196:197] == head[388:389]:  # of a camcorder
        return MPEG_TS
    if _is_mp3(head):
        return MP3
    if _is_aac(head):
        return AAC
    return next((kind for start, kind in _BEGINNINGS.items() if head.startswith(start)), None)


_IN_OGG = (b"\x80theora", b"\x01video\0\0\0", b"OpusHead", b"\x01vorbis")


def _is_mp3(head: bytes) -> bool:
    """By its tag, or by the head of a frame of layer III with a possible rate."""
    if head.startswith(b"ID3") and len(head) > 10 and head[3] in {2, 3, 4}:
        return True
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[2] >> 4 not in {0, 15} and head[2] >> 2 & 3 != 3


def _is_aac(head: bytes) -> bool:
    """By the heads of two frames, one after the other."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return False
    frame = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return frame > 7 and head[frame : frame + 2] == head[:2]


def _by_brands(head: bytes) -> Kind | None:
    size = int.from_bytes(head[:4], "big")
    if not 16 <= size <= HEAD or head[8:12] in _NO_VIDEO:
        return None
    if head[8:12] in {b"M4A ", b"M4B "}:
        return M4A
    brands = (head[at : at + 4] for at in (8, *range(16, min(size, len(head)) - 3, 4)))
    kinds = {b"qt  ": MOV, **dict.fromkeys(_MP4, MP4)}
    known = (
        kinds.get(each) or {b"3gp": THREE_GP, b"3g2": THREE_GP}.get(each[:3]) for each in brands
    )
    return next(filter(None, known), None)


def _by_doctype(head: bytes) -> Kind | None:
    at = head.find(b"\x42\x82")
    if at < 0:
        return None
    doctype = head[at + 3 : at + 3 + (head[at + 2] & 0x7F)] if len(head) > at + 2 else b""
    return {b"webm": WEBM, b"matroska": MATROSKA}.get(doctype.rstrip(b"\0"))
