"""Small documents and pictures, honest and hostile."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'

HERE = Path(__file__).parent
HEIC = (HERE / "photo.heic").read_bytes()
"""As a phone writes it: red on the left, blue on the right, with a place and a device."""
LOCKED = (HERE / "locked.pdf").read_bytes()
"""A PDF file that opens with a password alone (AES-256)."""
PRINTABLE = (HERE / "printable.pdf").read_bytes()
"""One that anybody opens, and only its owner may change."""


def picture(size: tuple[int, int] = (120, 80), kind: str = "JPEG", **more: object) -> bytes:
    """Red on the left, blue on the right, and with a place where it was taken."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def photo(size: tuple[int, int] = (120, 80), orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: with a place, a device, and how it was held."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretPhone", orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    return picture(size, exif=exif)


def archive(**parts: str | bytes) -> bytes:
    """A ZIP archive; `__` in a name is a slash, and `_xml` an ending."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def word(*paragraphs: str, **more: str | bytes) -> bytes:
    """A Word file; a paragraph that begins with `#` is a heading, with `-` an item."""

    def one(text: str) -> str:
        style = ""
        if text.startswith("#"):
            style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
        if text.startswith("-"):
            style = "<w:pPr><w:numPr/></w:pPr>"
        return f"<w:p>{style}<w:r><w:t>{text.lstrip('#- ')}</w:t></w:r></w:p>"

    body = "".join(map(one, paragraphs))
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return archive(**{"[Content_Types]_xml": TYPES, "word__document_xml": document, **more})


def pdf(*pages: str, extra: bytes = b"", catalog: bytes = b"") -> bytes:
    """A PDF file with a line of words on each page."""
    objects: list[bytes] = []
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    font = 3 + 2 * len(pages)
    objects.append(b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    for number, words in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents {4 + 2 * number} 0 R"
            f" /Resources << /Font << /F {font} 0 R >> >> >>".encode()
        )
        content = f"BT /F 20 Tf 20 150 Td ({words}) Tj ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    out = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return out + extra


def webp_bomb(form: str = "VP8L", side: int = 16_000) -> bytes:
    """A file of 38 bytes that says it is a picture of 256 megapixels, and is if it is lossless."""
    if form == "VP8L":
        return bytes.fromhex(
            "524946461e000000574542505650384c110000002f7ffe9f0f07508f22d7a3ff8188e87f0000"
        )
    sides = {
        "VP8 ": b"\x10\x02\0\x9d\x01\x2a" + side.to_bytes(2, "little") * 2,
        "VP8X": bytes(4) + (side - 1).to_bytes(3, "little") * 2,
    }[form]
    body = b"WEBP" + form.encode() + len(sides).to_bytes(4, "little") + sides
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def png_bomb(side: int = 40_000) -> bytes:
    """A small file that says it is a picture of 1,600 megapixels, and is."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + b"\x01\0\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + chunk(b"IEND", b"")
    )
