"""What a file is, by what it holds; its name and what the browser says of it count for nothing."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 4096
"""How many bytes from the beginning are looked at."""


@dataclass(frozen=True)
class Kind:
    """A kind of video file."""

    content_type: str
    suffix: str
    demuxer: str
    """How ffmpeg calls it: it is told, so that no file chooses what it is read as."""
    served_as: str
    """The type that a browser is told: it plays MOV and 3GP as the MP4 that they are."""


MP4 = Kind("video/mp4", ".mp4", "mov", "video/mp4")
WEBM = Kind("video/webm", ".webm", "matroska", "video/webm")
MOV = Kind("video/quicktime", ".mov", "mov", "video/mp4")
THREE_GP = Kind("video/3gpp", ".3gp", "mov", "video/mp4")
MATROSKA = Kind("video/x-matroska", ".mkv", "matroska", "video/x-matroska")
OGG = Kind("video/ogg", ".ogv", "ogg", "video/ogg")

KINDS = {kind.content_type: kind for kind in (MP4, WEBM, MOV, THREE_GP, MATROSKA, OGG)}

_MP4 = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9"),
    *(b"mp41", b"mp42", b"mp71", b"avc1", b"hvc1", b"av01", b"dash", b"mmp4", b"MSNV"),
    *(b"M4V ", b"M4VH", b"M4VP", b"f4v ", b"XAVC", b"CAEP", b"NDSC", b"NDSH", b"kddi"),
}
_NO_VIDEO = {b"M4A ", b"M4B ", b"M4P ", b"heic", b"heix", b"mif1", b"avif", b"crx "}
_OLD_MOV = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def kind_of(head: bytes) -> Kind | None:
    """The kind of video that begins with these bytes; None if it is no video we know."""
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[4:8] in _OLD_MOV and 8 <= int.from_bytes(head[:4], "big") < 2**31:
        return MOV
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _by_doctype(head)
    if head.startswith(b"OggS") and (b"\x80theora" in head or b"\x01video\0\0\0" in head):
        return OGG
    return None


def _by_brands(head: bytes) -> Kind | None:
    size = int.from_bytes(head[:4], "big")
    if not 16 <= size <= HEAD:
        return None
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)) - 3, 4))]
    if brands[0] in _NO_VIDEO:
        return None
    for brand in brands:
        if brand in _MP4:
            return MP4
        if brand == b"qt  ":
            return MOV
        if brand[:3] in {b"3gp", b"3g2"}:
            return THREE_GP
    return None


def _by_doctype(head: bytes) -> Kind | None:
    at = head.find(b"\x42\x82")
    if at < 0:
        return None
    doctype = head[at + 3 : at + 3 + (head[at + 2] & 0x7F)] if len(head) > at + 2 else b""
    return {b"webm": WEBM, b"matroska": MATROSKA}.get(doctype.rstrip(b"\0"))
