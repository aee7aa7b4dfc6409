"""The words of a document as Markdown that shows them as they were, and can be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

MOST_LETTERS = 40_000
"""Of how much text of one file is shown, in characters."""


class Style(StrEnum):
    """What a block of words is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    PAGE = "page"
    """The number of the page, or slide, that the blocks after it stand on."""


class Block(NamedTuple):
    """Some words of a document that stand together."""

    style: Style
    text: str


_MARKS = {Style.HEADING: "# ", Style.ITEM: "- ", Style.PAGE: "## ", Style.PARAGRAPH: ""}
_SPECIAL = re.compile(r"([\\`*_\[~])")
_LINE_START = re.compile(r"^(?:(?=[#>+-])|(\d{1,9})(?=[.)]))", re.MULTILINE)
_HIDDEN = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def markdown(blocks: Iterable[Block]) -> tuple[str, bool]:
    """The blocks up to `MOST_LETTERS`, and whether there is more of them."""
    out: list[str] = []
    length = 0
    for style, text in blocks:
        words = _lines(text)
        if not words:
            continue
        if style is not Style.PARAGRAPH:
            words = " ".join(words.split())
        words = _LINE_START.sub(r"\1\\", _SPECIAL.sub(r"\\\1", words))  # shown as it stands
        piece = _MARKS[style] + words
        length += len(piece) + 2
        if length > MOST_LETTERS:
            return "\n\n".join(out), True
        out.append(piece)
    return "\n\n".join(out), False


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in _HIDDEN.sub("", text).split("\n"))
    return "\n".join(line for line in lines if line)
