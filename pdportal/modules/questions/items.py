"""Lists in a question: what stands before and after one, and its items with their feedback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from pdportal.content.criteria import take_quotations
from pdportal.content.tree import BLOCK, make, text_of

if TYPE_CHECKING:
    from pdportal.modules.compiler.interactive import Extractor

_ID = re.compile(r"\s*\{#([A-Za-z0-9][\w-]*)\}\s*$")


@dataclass(frozen=True)
class Item:
    """One item of a list, without its tick and its feedback."""

    element: Element
    line: int
    ticked: bool | None
    """Whether it is ticked with [x]; None for one without a box."""
    feedback_html: str

    @property
    def words(self) -> str:
        """What it says, in one line."""
        return text_of(self.element)

    @property
    def is_plain(self) -> bool:
        """Whether it is one line of words, of which nothing is lost as text."""
        inner = [each for each in self.element.iter() if each is not self.element]
        return not any(each.tag in BLOCK - {"p"} or each.tag in {"img", "math"} for each in inner)


def take_id(item: Element) -> str:
    """Take the `{#id}` off the end of an item's first paragraph; "" where there is none."""
    holder = next((child for child in item if child.tag == "p"), item)
    last = holder[-1] if len(holder) else None
    found = _ID.search((holder.text if last is None else last.tail) or "")
    if found is None:
        return ""
    words = found.string[: found.start()]
    if last is None:
        holder.text = words
    else:
        last.tail = words
    return found[1]


def split(
    element: Element, is_it: Callable[[Element], bool]
) -> tuple[Element, Element | None, Element]:
    """What stands before the first child that `is_it`, that child, and what stands after it."""
    found = next((child for child in element if is_it(child)), None)
    before, after = make("div", element.text or ""), make("div")
    children = list(element)
    place = len(children) if found is None else children.index(found)
    before.extend(children[:place])
    after.extend(children[place + 1 :])
    return before, found, after


def is_numbered(element: Element) -> bool:
    """Whether it is a numbered list."""
    return element.tag == "ol"


def is_ticked(reader: Extractor) -> Callable[[Element], bool]:
    """Tells whether an element is a list with [ ] or [x] in it."""

    def is_it(element: Element) -> bool:
        return element.tag in {"ul", "ol"} and any(map(reader.is_ticked_off, element))

    return is_it


def items_of(reader: Extractor, listing: Element | None, line: int) -> Iterator[Item]:
    """The items of a list; `line` is told where an item's own is not known."""
    for child in () if listing is None else listing.findall("li"):
        ticked, line = reader.take_tick(child) or (None, reader.line(child, line))
        yield Item(child, line, ticked, reader.html(take_quotations(child)))
