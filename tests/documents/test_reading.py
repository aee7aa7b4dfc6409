"""Whatever a file holds, the child that reads it answers within its bounds, in a word of ours."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from PIL import Image

from pdportal.content.text import render_text
from pdportal.documents import child, reading
from pdportal.documents.kinds import Kind, Unfit, kind_of
from pdportal.documents.words import MOST_LETTERS, Block, Style, markdown
from tests.documents import given


def read(folder: Path, data: bytes, **more: object) -> reading.Document:
    """What the child says of a file, of the kind that it is known as."""
    (folder / "in").write_bytes(data)
    (folder / "out").mkdir(exist_ok=True)
    kind = kind_of(data[:4096])
    assert isinstance(kind, Kind), kind
    more = {"most_pages": 3, **more}
    return reading.read_document(folder / "in", kind.name, folder / "out", **more)


def bomb(name: str = "word/document.xml", megabytes: int = 60) -> bytes:
    """A small archive with one part that unpacks to much."""
    path = given.io.BytesIO()
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", given.TYPES)
        archive.writestr(name, b" " * (megabytes * 1_000_000))
    return path.getvalue()


def locked_archive() -> bytes:
    """A Word file whose parts are marked as locked with a password, as archivers do it."""
    data = bytearray(given.word("x"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(mark, place + 1)
    return bytes(data)


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><x>&b;&c;</x>'
)
ENCRYPTED_ODT = given.archive(
    mimetype="application/vnd.oasis.opendocument.text",
    content_xml="<x/>",
    **{"META-INF__manifest_xml": "<manifest:encryption-data/>"},
)


@pytest.mark.parametrize(
    ("data", "unfit"),
    [
        (bomb(), Unfit.TOO_BIG),
        (given.png_bomb(), Unfit.TOO_BIG),
        (given.webp_bomb(), Unfit.TOO_BIG),
        (given.webp_bomb("VP8 "), Unfit.TOO_BIG),
        (given.webp_bomb("VP8X"), Unfit.TOO_BIG),
        (given.word("x", word__document_xml=LAUGHS), Unfit.DAMAGED),
        (given.word("x", **{"[Content_Types]_xml": "macroEnabled.main+xml"}), Unfit.MACROS),
        (
            given.word("x", **{"[Content_Types]_xml": "application/vnd.ms-office.vbaProject"}),
            Unfit.MACROS,
        ),
        (locked_archive(), Unfit.ENCRYPTED),
        (given.archive(a="not one of ours"), Unfit.UNKNOWN),
        (ENCRYPTED_ODT, Unfit.ENCRYPTED),
        (given.word("x")[:200], Unfit.DAMAGED),
        (given.photo()[:300], Unfit.DAMAGED),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, Unfit.DAMAGED),
    ],
)
def test_a_hostile_or_broken_file_is_named(tmp_path: Path, data: bytes, unfit: Unfit):
    assert read(tmp_path, data).unfit is unfit


def test_a_pdf_with_a_script_and_an_archive_behind_it_is_only_drawn(tmp_path: Path):
    script = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    pages = [f"Page {n} says" for n in range(1, 1_001)]
    found = read(tmp_path, given.pdf(*pages, catalog=script, extra=given.word("behind")))
    assert (found.kind, found.pages) == ("pdf", 1_000)
    assert [drawn.number for drawn in found.pictures] == [1, 2, 3]
    assert found.text == "## 1\n\nPage 1 says\n\n## 2\n\nPage 2 says\n\n## 3\n\nPage 3 says"


def test_words_that_are_not_on_the_page_of_a_pdf_are_not_read(tmp_path: Path):
    beside = given.pdf("Fractions) Tj 900 0 Td (Maria) Tj -900 -60 Td (below")
    assert read(tmp_path, beside).text == "## 1\n\nFractions\n\nbelow".replace("\n\nb", "\nb")
    blurred = read(tmp_path, beside, boxes={1: [[0, 0, 1000, 400]]})
    assert "Maria" not in blurred.text
    assert "below" in blurred.text
    box = b"/MediaBox [0 0 300 200]"
    cropped = beside.replace(box, box + b" /CropBox [0 120 300 200]")
    assert read(tmp_path, cropped).text == "## 1\n\nFractions"


def test_a_photo_is_turned_upright_and_says_nothing_of_its_place(tmp_path: Path):
    found = read(tmp_path, given.photo(orientation=6))
    assert (found.pictures[0].width, found.pictures[0].height) == (80, 120)
    drawn = found.pictures[0].path.read_bytes()
    assert b"SecretPhone" not in drawn
    with Image.open(found.pictures[0].path) as picture:
        assert not picture.getexif()
        assert picture.getpixel((40, 10))[0] > 200  # red was left and is now above


def test_each_kind_gives_its_words_and_pictures(tmp_path: Path):
    slide = (
        '<p:sld xmlns:p="p" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        "<a:p><a:r><a:t>First *slide*</a:t></a:r></a:p></p:sld>"
    )
    slides = given.archive(
        **{"[Content_Types]_xml": given.TYPES, "ppt__presentation_xml": "<x/>"},
        ppt__slides__slide1_xml=slide,
        **{"ppt__media__image1.png": given.picture((200, 100), "PNG")},
    )
    found = read(tmp_path, slides)
    assert (found.kind, found.pages, found.text) == ("pptx", 1, "## 1\n\nFirst \\*slide\\*")
    assert [drawn.width for drawn in found.pictures] == [200]
    text = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    odt = given.archive(
        mimetype="application/vnd.oasis.opendocument.text",
        content_xml=f"<o {text}><text:h>Aim</text:h><text:p>One<text:tab/>two</text:p></o>",
    )
    found = read(tmp_path, odt)
    assert (found.kind, found.text) == ("odt", "# Aim\n\nOne two")
    for kind in ("WEBP", "GIF", "PNG"):
        assert read(tmp_path, given.picture(kind=kind)).kind == kind.lower()


def test_a_reader_that_takes_too_long_or_dies_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "LONGEST_WAIT", 0.01)
    assert read(tmp_path, given.photo()).unfit is Unfit.TOO_SLOW
    assert child.MEMORY < 2_000_000_000


@for_any(st.binary(max_size=60))
def test_any_first_bytes_are_known_or_refused(data: bytes):
    assert isinstance(kind_of(data), Kind | Unfit)


@for_any(st.lists(st.tuples(st.sampled_from(list(Style)), st.text(max_size=40)), max_size=6))
def test_words_are_shown_as_they_were(blocks: list[tuple[Style, str]]):
    text, is_cut = markdown(Block(*each) for each in blocks)
    assert not is_cut
    html = render_text(text)
    assert "<a " not in html or "://" in text or "www." in text or "@" in text
    assert "<em>" not in html
    assert "<code>" not in html


def test_more_words_than_are_shown_are_cut():
    long, is_cut = markdown([Block(Style.PARAGRAPH, "word " * 10_000)] * 2)
    assert is_cut
    assert len(long) <= MOST_LETTERS
