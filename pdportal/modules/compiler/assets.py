"""Files beside the pages: what they are by their content, and where they are served."""

import posixpath
import re
import struct
import warnings
from pathlib import Path
from typing import Final
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError

from pdportal.modules.compiler.folder import MAX_ASSET_BYTES, Folder
from pdportal.modules.compiler.model import Asset
from pdportal.video.kinds import kind_of

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
_PICTURES: Final = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"}
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
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".vtt": "text/vtt; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}
_AS_TEXT: Final = {
    ".txt", ".md", ".rmd", ".py", ".r", ".sh", ".sql", ".yaml", ".yml", ".tex", ".ipynb",
}  # fmt: skip
_ACTIVE: Final = {".html", ".htm", ".xhtml", ".xml", ".js", ".mjs", ".svgz", ".swf", ".exe", ".php"}
_IN_SVG: Final = re.compile(
    rb"<\s*script|\bon[a-z]+\s*=|javascript:|<\s*foreignobject|<\s*(?:iframe|embed|object)"
    rb"|<!entity|<!doctype[^>]*\[|<\?xml-stylesheet|@import",
    re.IGNORECASE,
)
_SVG_HEAD: Final = 2_000_000
LARGEST_PICTURE: Final = 5_000_000
MOST_PIXELS: Final = 4_000
"""Bytes, and pixels a side, of a picture that is shown on a page."""


class UnfitError(Exception):
    """A file that is not served; the message says why."""


def make_asset(folder: Folder, relative: str, path: Path, module: str) -> Asset:
    """The asset that a file is; raises UnfitError for one that is not served."""
    try:
        kind, width, height = _content(path)
    except OSError as fault:
        raise UnfitError("cannot be read") from fault
    sha, size = folder.digest(relative, path)
    if not sha:
        what = "is larger than 200 MB" if size > MAX_ASSET_BYTES else "cannot be read"
        raise UnfitError(what)
    name = re.sub(r"[^\w.-]+", "-", posixpath.basename(relative)).strip("-.") or "file"
    url = f"/learn/{module}/files/{sha[:16]}/{quote(name)}"
    clean = posixpath.normpath(relative)
    return Asset(clean, name, sha, kind, size, url, width, height)


def _content(path: Path) -> tuple[str, int, int]:
    """What a file is, by its content wherever a browser would act on it; a picture's pixels."""
    with path.open("rb") as file:
        start = file.read(4096)
        if _is_svg(start):
            start += file.read(_SVG_HEAD)
            if file.read(1):
                raise UnfitError("is a drawing of more than 2 MB")
            if _IN_SVG.search(start):
                raise UnfitError("is a drawing with a script or a file of its own in it")
            return "image/svg+xml", *_svg_size(start)
    if start.startswith(b"%PDF-"):
        return "application/pdf", 0, 0
    if (video := kind_of(start)) and not video.raw:
        return video.served_as, 0, 0
    return _picture(path) or (_other_kind(path.suffix.lower(), start), 0, 0)


def _picture(path: Path) -> tuple[str, int, int] | None:
    """Kind and pixels of a picture; None for another file.

    Raises UnfitError for a damaged one: it is read whole, unless it is too large to be shown.
    """
    try:
        with warnings.catch_warnings(), Image.open(path, formats=_FORMATS) as picture:
            warnings.simplefilter("ignore")
            kind, size = Image.MIME[str(picture.format)], picture.size
            if max(size) <= MOST_PIXELS and path.stat().st_size <= LARGEST_PICTURE:
                picture.load()
            return kind, *size
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError:
        raise UnfitError(f"has more than {MOST_PIXELS:,} pixels a side") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error) as fault:
        raise UnfitError("is damaged") from fault


def _other_kind(ending: str, start: bytes) -> str:
    if ending in _ACTIVE or re.match(rb"\s*<(?:!doctype\s+html|html|script|\?xml)", start, re.I):
        raise UnfitError("is a page or a program, which is not served here")
    if ending in _PICTURES or ending in {".pdf", ".mp4", ".webm"}:
        raise UnfitError(f"is not what its name ({ending}) says")
    if ending in _AS_TEXT:
        return "text/plain; charset=utf-8"
    return _BY_NAME.get(ending, "application/octet-stream")


def _is_svg(start: bytes) -> bool:
    return (
        bool(re.search(rb"<svg[\s>]", start, re.I))
        and start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
    )


def _svg_size(data: bytes) -> tuple[int, int]:
    tag = re.search(rb"<svg\b[^>]*>", data, re.I | re.S)
    if not tag:
        return 0, 0
    sizes = [
        re.search(rb"\b" + name + rb"""\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']""", tag.group())
        for name in (b"width", b"height")
    ]
    box = re.search(
        rb"""viewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""", tag.group()
    )
    written = (sizes[0][1], sizes[1][1]) if sizes[0] and sizes[1] else box and box.groups()
    try:
        return (round(float(written[0])), round(float(written[1]))) if written else (0, 0)
    except ValueError:  # several dots in one number
        return 0, 0
