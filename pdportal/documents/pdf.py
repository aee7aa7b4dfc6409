"""PDF: pages drawn, and their words. PDFium runs no script of a file and follows no link of it."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2 as pdfium

from pdportal.documents.kinds import Unfit
from pdportal.documents.pictures import CannotRead, Job, save
from pdportal.documents.words import Block, Style, markdown

LONGEST_SIDE = 1800
MOST_LETTERS_OF_PAGE = 20_000
_PASSWORD = 4  # FPDF_ERR_PASSWORD of <fpdfview.h>
_WRAPPED = re.compile(r"(?<=[^\W\d_]{2})-\n(?=[a-z])")


def read(job: Job) -> dict[str, Any]:
    """The first pages of a PDF file."""
    try:
        document = pdfium.PdfDocument(job.path)
    except pdfium.PdfiumError as error:
        locked = error.err_code == _PASSWORD
        raise CannotRead(Unfit.ENCRYPTED if locked else Unfit.DAMAGED) from None
    blocks: list[Block] = []
    pictures = []
    for number in range(1, min(len(document), job.most_pages) + 1):
        page = document[number - 1]
        size = page.get_size()
        if min(size) <= 0:
            continue
        if job.draws(number):
            drawn = page.render(scale=min(4.0, LONGEST_SIDE / max(size))).to_pil().convert("RGB")
            pictures.append([number, *save(job, number, drawn)])
        blocks += _words(page, number, job.boxes.get(number, []))
    if not len(document):
        raise CannotRead(Unfit.DAMAGED)
    text, is_cut = markdown(blocks)
    return {
        "kind": "pdf",
        "pages": len(document),
        "text": text,
        "is_cut": is_cut,
        "pictures": pictures,
    }


def _words(page: Any, number: int, boxes: list[list[int]]) -> list[Block]:
    """The words that are drawn on a page under its number; nothing if there are none.

    What was cropped away, or lies beside the page, is still in the file.
    """
    words = page.get_textpage()
    count = min(words.count_chars(), MOST_LETTERS_OF_PAGE)
    text = words.get_text_bounded()[:count] if count > 0 else ""
    if boxes:
        text = _outside(page, words, count, boxes)
    text = _WRAPPED.sub("", text.replace("\r\n", "\n").replace("\x02", "").replace("\ufffe", ""))
    paragraphs = [Block(Style.PARAGRAPH, each) for each in re.split(r"\n\s*\n", text)]
    paragraphs = [each for each in paragraphs if each.text.strip()]
    return [Block(Style.PAGE, str(number)), *paragraphs] if paragraphs else []


def _outside(page: Any, words: Any, count: int, boxes: list[list[int]]) -> str:
    """The same that no box covers; none of a page that is turned or cut, to be safe."""
    wide, high = page.get_size()
    if page.get_rotation() or tuple(page.get_mediabox()) != (0.0, 0.0, wide, high):
        return ""
    covered = [
        (left * wide / 1000, high - (top + h) * high / 1000, w * wide / 1000, h * high / 1000)
        for left, top, w, h in boxes
    ]
    letters = []
    for index in range(count):
        left, bottom, right, top = words.get_charbox(index)
        if left > wide or right < 0 or bottom > high or top < 0:
            continue
        is_covered = any(
            left < x + w and right > x and bottom < y + h and top > y for x, y, w, h in covered
        )
        letters.append("…" if is_covered else words.get_text_range(index, 1))
    return re.sub("…+", "…", "".join(letters))
