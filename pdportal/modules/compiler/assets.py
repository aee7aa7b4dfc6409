"""Files beside the pages: what they are by their content, and where they are served."""

import posixpath
import re
import struct
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pdportal.modules.compiler.folder import MAX_ASSET_BYTES, Folder
from pdportal.modules.compiler.model import Asset

_BY_START: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_BY_NAME: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".vtt": "text/vtt; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}
_AS_TEXT: Final = {
    ".txt",
    ".md",
    ".rmd",
    ".py",
    ".r",
    ".sh",
    ".sql",
    ".yaml",
    ".yml",
    ".tex",
    ".ipynb",
}
_ACTIVE: Final = {".html", ".htm", ".xhtml", ".xml", ".js", ".mjs", ".svgz", ".swf", ".exe", ".php"}
_IN_SVG: Final = re.compile(
    rb"<\s*script|\bon[a-z]+\s*=|javascript:|<\s*foreignobject|<\s*(?:iframe|embed|object)"
    rb"|<!entity|<!doctype[^>]*\[|<\?xml-stylesheet|@import",
    re.IGNORECASE,
)
_SVG_HEAD: Final = 2_000_000


class UnfitError(Exception):
    """A file that is not served; the message says why."""


def make_asset(folder: Folder, relative: str, path: Path, module: str) -> Asset:
    """The asset that a file is; raises UnfitError for one that is not served."""
    kind = content_type(path)
    sha, size = folder.digest(relative, path)
    if not sha:
        what = "is larger than 200 MB" if size > MAX_ASSET_BYTES else "cannot be read"
        raise UnfitError(what)
    name = re.sub(r"[^\w.-]+", "-", posixpath.basename(relative)).strip("-.") or "file"
    width, height = _dimensions(path, kind)
    url = f"/learn/{module}/files/{sha[:16]}/{quote(name)}"
    clean = posixpath.normpath(relative)
    return Asset(clean, name, sha, kind, size, url, width, height)


def content_type(path: Path) -> str:
    """What a file is; its content decides wherever a browser would act on it."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
            if _is_svg(start):
                start += file.read(_SVG_HEAD)
                if _IN_SVG.search(start) or file.read(1):
                    raise UnfitError("is a drawing with a script or a file of its own in it")
                return "image/svg+xml"
    except OSError as fault:
        raise UnfitError("cannot be read") from fault
    for mark, kind in _BY_START:
        if start.startswith(mark):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:12] in {b"ftypavif", b"ftypavis"}:
        return "image/avif"
    ending = path.suffix.lower()
    if ending in _ACTIVE or re.match(rb"\s*<(?:!doctype\s+html|html|script|\?xml)", start, re.I):
        raise UnfitError("is a page or a program, which is not served here")
    if ending in {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".pdf"}:
        raise UnfitError(f"is not what its name ({ending}) says")
    if ending in _AS_TEXT:
        return "text/plain; charset=utf-8"
    return _BY_NAME.get(ending, "application/octet-stream")


def _is_svg(start: bytes) -> bool:
    return (
        bool(re.search(rb"<svg[\s>]", start, re.I))
        and start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
    )


def _dimensions(path: Path, kind: str) -> tuple[int, int]:
    """Width and height in pixels, so that a page need not jump when the picture comes."""
    try:
        with path.open("rb") as file:
            data = file.read(262_144)
        size = _READERS[kind](data) if kind in _READERS else (0, 0)
    except (OSError, struct.error, ValueError, IndexError):
        return 0, 0
    width, height = size
    return (width, height) if 0 < width < 100_000 and 0 < height < 100_000 else (0, 0)


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            return 0, 0
        mark = data[place + 1]
        if 0xC0 <= mark <= 0xCF and mark not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return 0, 0


def _svg(data: bytes) -> tuple[int, int]:
    tag = re.search(rb"<svg\b[^>]*>", data, re.I | re.S)
    if not tag:
        return 0, 0
    sizes = [
        re.search(rb"\b" + name + rb"""\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']""", tag.group())
        for name in (b"width", b"height")
    ]
    if sizes[0] and sizes[1]:
        return round(float(sizes[0][1])), round(float(sizes[1][1]))
    box = re.search(
        rb"""viewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""", tag.group()
    )
    return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)


_READERS: Final = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/svg+xml": _svg,
}
