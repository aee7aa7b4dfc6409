"""What a file is, by what it holds; its name and what the browser says of it count for nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

HEAD = 4096
"""How many bytes from the beginning are looked at."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that can be shown."""

    name: str
    word: str
    content_type: str
    is_picture: bool = False
    also: tuple[str, ...] = ()
    """Endings of its files beside its name."""

    def file_name(self, name: str) -> str:
        """A name by which a device opens it as what it is; a picture called `.html` is none."""
        ending = name.rpartition(".")[2].lower()
        return name if ending in (self.name, *self.also) else f"{name}.{self.name}"


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf"),
        Kind("docx", "Word", f"{_OFFICE}.wordprocessingml.document"),
        Kind("pptx", "PowerPoint", f"{_OFFICE}.presentationml.presentation"),
        Kind("odt", "OpenDocument", "application/vnd.oasis.opendocument.text"),
        Kind("jpeg", "JPEG", "image/jpeg", is_picture=True, also=("jpg",)),
        Kind("png", "PNG", "image/png", is_picture=True),
        Kind("heic", "HEIC", "image/heic", is_picture=True, also=("heif",)),
        Kind("webp", "WebP", "image/webp", is_picture=True),
        Kind("gif", "GIF", "image/gif", is_picture=True),
    )
}
ZIP = Kind("zip", "Document", "application/zip", also=("docx", "pptx", "odt"))
"""A Word, PowerPoint or OpenDocument file, as far as its first bytes tell."""


class Unfit(StrEnum):
    """Why a file cannot be shown."""

    EMPTY = "empty"
    SVG = "svg"
    OLD_OFFICE = "old office"
    """From before 2007, or with a password: the two begin alike."""
    VIDEO = "video"
    UNKNOWN = "unknown"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    MACROS = "macros"
    TOO_BIG = "too big"
    """It unpacks to more than a reader has room for."""
    TOO_SLOW = "too slow"


_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_XML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|svg|html|!--)", re.IGNORECASE)


def kind_of(head: bytes) -> Kind | Unfit:
    """The kind of a file that begins with these bytes, or why it is none of ours."""
    for begin, name in (
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
    ):
        if head.startswith(begin):
            return KINDS[name]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return KINDS["webp"]
    if head[4:8] == b"ftyp":
        return KINDS["heic"] if head[8:12] in _HEIC else Unfit.VIDEO
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-"):
        return KINDS["pdf"]
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    return _no_kind(head)


def _no_kind(head: bytes) -> Unfit:
    if not head:
        return Unfit.EMPTY
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Unfit.OLD_OFFICE
    if head.startswith(b"\x1aE\xdf\xa3"):
        return Unfit.VIDEO
    if _XML.match(head) and b"<svg" in head.lower():
        return Unfit.SVG
    return Unfit.UNKNOWN
