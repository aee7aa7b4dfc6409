"""Lists of criteria: single-point rubrics, which say of a work what it is like when it is good."""

import hashlib
from typing import TypedDict
from xml.etree.ElementTree import Element

from pdportal.content.boxes import safe_html
from pdportal.content.document import Document
from pdportal.content.html import sanitise
from pdportal.content.problems import Problems
from pdportal.content.tree import inner_html, make, replace


class Criterion(TypedDict):
    """One criterion as it is stored; its words as safe HTML."""

    key: str
    """The same for the same words."""
    html: str
    more_html: str
    """What stands below it in a quotation: what that may look like."""


def criteria_of(
    document: Document,
    listing: Element | None,
    problems: Problems,
    line: int,
    language: str = "en",
) -> list[Criterion]:
    """The items of a list, with or without boxes, as criteria; what is wrong with them is noted.

    `line` is told where an item's own is not known.
    """
    criteria: dict[str, Criterion] = {}
    for item in () if listing is None else listing.findall("li"):
        ticked = document.ticks.pop(item, None)
        line = ticked[1] if ticked else document.lines.get(item, line)
        more = safe_html(document, take_quotations(item), language)
        html = safe_html(document, item, language)
        key = name_of(html)
        if not html or key in criteria:
            problems.error(
                line, "This criterion is empty, or there twice.", "Give each words of its own."
            )
        criteria[key] = {"key": key, "html": html, "more_html": more}
    return list(criteria.values())


def criteria_in(document: Document, element: Element) -> list[Criterion]:
    """The items with a box of a list in an element, as criteria; they stay where they are."""
    ticked = (item for listing in element for item in listing if item in document.ticks)
    found = {
        html: name_of(html) for html in (sanitise(inner_html(item)).strip() for item in ticked)
    }
    return [{"key": key, "html": html, "more_html": ""} for html, key in found.items() if html]


def name_of(html: str) -> str:
    """A name for a part of a text: the same for the same words, and says nothing of them."""
    return hashlib.blake2b(html.encode(), digest_size=5).hexdigest()


def take_quotations(item: Element) -> Element:
    """The quotations in an item, taken out of it."""
    taken = make("div")
    for child in list(item):
        if child.tag == "blockquote":
            replace(item, child, [])
            taken.extend(list(child))
    return taken
