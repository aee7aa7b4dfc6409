"""How close we are to CommonMark, by the examples of its specification.

The examples (CC BY-SA 4.0) come with the npm package `commonmark-spec`, a development dependency.
Both sides pass our sanitiser, for raw HTML is cleaned on every page, and are compared as trees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from pdportal.content.engine import Commonmark
from pdportal.content.html import sanitise
from pdportal.content.read import read_markdown
from pdportal.content.tree import BLOCK, inner_html, parse, unwrap

SPEC = Path(__file__).parents[2] / "node_modules" / "commonmark-spec" / "spec.txt"
_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)

ON_PURPOSE = {
    "A list of items with one paragraph each stands close, even with blank lines in it.": {
        5, 109, 254, 264, 270, 271, 286, 287, 288, 290, 306, 311, 313, 314, 315, 317, 326,
    },
    "A list indented by two spaces below a numbered item belongs to the item.": {297},
    "-- and --- are dashes.": {46, 55, 87, 106, 626},
    "A heading without words is left out, and told.": {79},
    "A picture alone in its paragraph is a figure with a caption.": {
        520, 572, 573, 574, 575, 576, 577, 578, 580, 581, 582, 583, 584, 585, 586, 588, 589, 591,
    },
    "Addresses within a module stay as they were typed, for they name files.": {
        32, 33, 195, 202, 206, 489, 502, 503, 504, 507,
    },
    "Addresses in running text are links.": {602, 608, 611, 612},
    "A <div> or <details> on a line of its own holds Markdown.": {
        150, 151, 155, 174, 185, 186, 189,
    },
    "A table can be scrolled in a box of its own.": {148, 149, 160, 190, 191},
    "What is in angle brackets and no HTML that we know is shown as it was typed.": {
        163, 180, 181, 182, 201, 491, 524, 536, 613, 614, 615, 617, 623, 627, 628, 629,
    },
    "An address of a kind that is not allowed is shown as it was typed.": {596, 598, 599, 601},
}  # fmt: skip


def examples() -> list[tuple[str, str]]:
    """Markdown and the HTML that the specification makes of it, from the first example on."""
    text = SPEC.read_text("utf-8").replace("→", "\t")
    return [(found[1], found[2]) for found in _EXAMPLE.finditer(text)]


def tidy(html: str) -> str:
    """HTML as we would show it: cleaned, code without colours, no blanks between blocks."""
    root = parse(sanitise(inner_html(parse(html))))
    for code in root.iter("pre"):
        code.attrib.clear()
        for inner in code:
            for coloured in list(inner):
                unwrap(inner, coloured)
    _trim(root)
    return inner_html(root)


def _trim(parent: Element) -> None:
    if parent.tag == "pre":
        return
    children = list(parent)
    if not children or children[0].tag in BLOCK:
        parent.text = (parent.text or "").strip() if parent.tag in BLOCK else parent.text
    elif parent.tag in BLOCK:
        parent.text = (parent.text or "").lstrip()
    for child, following in zip(children, [*children[1:], None], strict=False):
        _trim(child)
        if child.tag in BLOCK:
            child.tail = (child.tail or "").lstrip()
        if following is not None and following.tag in BLOCK:
            child.tail = (child.tail or "").rstrip()
        if following is None and parent.tag in BLOCK:
            child.tail = (child.tail or "").rstrip()


def differences(read: Callable[[str], str]) -> set[int]:
    """The numbers of the examples that are not shown as the specification says."""
    return {
        number
        for number, (markdown, html) in enumerate(examples(), 1)
        if tidy(read(markdown)) != tidy(html)
    }


@pytest.mark.one_database
def test_the_engine_reads_commonmark_before_our_dialect_is_put_on() -> None:
    assert len(examples()) == 652
    assert len(differences(Commonmark().render)) <= 12


@pytest.mark.one_database
def test_our_dialect_differs_from_commonmark_on_purpose_only() -> None:
    found = differences(lambda text: inner_html(read_markdown(text, language="de").root))
    assert found == set().union(*ON_PURPOSE.values())
