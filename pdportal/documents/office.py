"""Word, PowerPoint and OpenDocument files: ZIP archives of XML, of which only words are read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import Element
from zipfile import BadZipFile, ZipFile

from defusedxml.ElementTree import iterparse

from pdportal.documents.kinds import Unfit
from pdportal.documents.pictures import CannotRead, Job, draw_each
from pdportal.documents.words import Block, Style, markdown

MOST_PARTS = 5_000
LARGEST_PART = 25_000_000
"""Bytes of one part, unpacked."""
MOST_PICTURES = 20
_LOCKED = 1
"""The flag of a part that opens with a password alone."""
_PROGRAMS = re.compile(rb"macroenabled|vbaproject", re.IGNORECASE)
"""What the list of parts says of programs, whatever their own names."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PARAGRAPHS = {f"{_W}p", f"{_A}p", f"{_T}p", f"{_T}h"}
_ITEMS = {f"{_T}list-item"}
_BLANKS = {
    **dict.fromkeys((f"{_W}tab", f"{_T}tab", f"{_T}s"), " "),
    **dict.fromkeys((f"{_W}br", f"{_W}cr", f"{_A}br", f"{_T}line-break"), "\n"),
}
_NOT_SHOWN = {
    *(f"{_W}instrText", f"{_W}delText", f"{_MC}Fallback", f"{_W}sectPr"),
    *(f"{_T}tracked-changes", f"{_O}annotation", f"{_T}sequence-decls"),
}
_PICTURE = re.compile(r"(?:word/media|ppt/media|Pictures)/[^/]+\.(?:png|jpe?g|gif|webp)", re.I)
_SLIDE = re.compile(r"ppt/slides/slide(\d{1,5})\.xml")


@dataclass(frozen=True)
class _Archive:
    """A ZIP archive whose parts are read up to a limit, whatever it says of their sizes."""

    zip: ZipFile
    names: tuple[str, ...]

    def part(self, name: str) -> IO[bytes]:
        with self.zip.open(name) as file:
            data = file.read(LARGEST_PART + 1)
        if len(data) > LARGEST_PART:
            raise CannotRead(Unfit.TOO_BIG)
        return io.BytesIO(data)


def read(job: Job) -> dict[str, Any]:
    """A document of one of the three kinds."""
    try:
        archive = ZipFile(job.path)
    except BadZipFile:
        raise CannotRead(Unfit.DAMAGED) from None
    names = tuple(archive.namelist())
    if len(names) > MOST_PARTS:
        raise CannotRead(Unfit.TOO_BIG)
    if any(part.flag_bits & _LOCKED for part in archive.infolist()):
        raise CannotRead(Unfit.ENCRYPTED)
    parts = _Archive(archive, names)
    kind = _kind_of(parts)
    slides = sorted(
        (int(found[1]), found[0]) for name in names if (found := _SLIDE.fullmatch(name))
    )
    words = {"docx": "word/document.xml", "odt": "content.xml"}.get(kind)
    blocks = _blocks(parts.part(words)) if words else _slides(parts, [name for _n, name in slides])
    text, is_cut = markdown(blocks)
    pictures = sorted(filter(_PICTURE.fullmatch, names), key=_natural)[:MOST_PICTURES]
    return {
        "kind": kind,
        "pages": len(slides),
        "text": text,
        "is_cut": is_cut,
        "pictures": draw_each(job, map(parts.part, pictures)),
    }


def _kind_of(parts: _Archive) -> str:
    """What the archive is; a file that can run something of its own is refused."""
    names = set(parts.names)
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise CannotRead(Unfit.MACROS)
    if "[Content_Types].xml" in names:
        if _PROGRAMS.search(parts.part("[Content_Types].xml").read()):
            raise CannotRead(Unfit.MACROS)
        for kind, part in (("docx", "word/document.xml"), ("pptx", "ppt/presentation.xml")):
            if part in names:
                return kind
    if "mimetype" in names and "content.xml" in names:
        if any(name.lower().startswith(("basic/", "scripts/")) for name in names):
            raise CannotRead(Unfit.MACROS)
        if "META-INF/manifest.xml" in names:
            manifest = parts.part("META-INF/manifest.xml").read()
            if b"encryption-data" in manifest:
                raise CannotRead(Unfit.ENCRYPTED)
        if parts.part("mimetype").read(64).strip() == b"application/vnd.oasis.opendocument.text":
            return "odt"
    raise CannotRead(Unfit.UNKNOWN)


def _slides(parts: _Archive, names: list[str]) -> Iterator[Block]:
    for number, name in enumerate(names, 1):
        blocks = list(_blocks(parts.part(name)))
        if blocks:
            yield Block(Style.PAGE, str(number))
            yield from blocks


def _blocks(file: IO[bytes]) -> Iterator[Block]:
    """The paragraphs of a part in their order; one within another comes before it."""
    hidden = items = 0
    for event, element in iterparse(file, events=("start", "end")):
        begins = event == "start"
        if element.tag in _NOT_SHOWN:
            hidden += 1 if begins else -1
        elif element.tag in _ITEMS:
            items += 1 if begins else -1
        if begins:
            continue
        if element.tag in _BLANKS:
            element.text = _BLANKS[element.tag]
        elif element.tag in _PARAGRAPHS and not hidden:
            yield Block(_style(element, items > 0), "".join(element.itertext()))
            element.clear()
        elif element.tag in _NOT_SHOWN:
            element.clear()


def _style(paragraph: Element, in_list: bool) -> Style:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    if paragraph.tag == f"{_T}h" or name.startswith(("Heading", "Title", "berschrift", "Titre")):
        return Style.HEADING
    if in_list or paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return Style.ITEM
    return Style.PARAGRAPH


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts image2 before image10."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", name)]
