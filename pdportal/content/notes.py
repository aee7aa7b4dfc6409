"""What only facilitators read: it is known by its names, and set apart before anything else.

In doubt it is theirs. What cannot be set apart, as it is no block, is an error.
"""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.document import Document
from pdportal.content.problems import Problems
from pdportal.content.tree import make, parents, replace, text_of
from pdportal.content.vocabulary import (
    NOTES,
    is_for_facilitators,
    is_note_title,
    is_unseen,
    looks_for_facilitators,
)

APART_SINCE = 3
"""The first compiler of modules that sets notes apart however they are written."""

_STRAY = re.compile(
    r"(?:^[ \t]*(?:::|：：|!!!|\?\?\?\+?)|[:：]{3,}|\[!)[ \t]*(\{[^}\n]*|[\w-]+(?:[ \t]+[\w-]+)?)"
    r"|(?:::|!!!|\?\?\?\+?)[ \t]+((?:instructor|facilitator)s?)\b"
    r"|\{:?([^{}\n]*\.[\w-]+[^{}\n]*)\}"
    r"|<\w+[^<>]*\bclass\s*=\s*[\"']?([\w \t-]+)",
    re.MULTILINE,
)


def says_for_facilitators(element: Element) -> bool:
    """Whether an element says by its class, or by being hidden, that learners do not read it."""
    if element.get("hidden") is not None or is_unseen(element.get("style", "")):
        return True
    return any(map(is_for_facilitators, element.get("class", "").split()))


def report_stray_names(text: str, line: int, problems: Problems) -> None:
    """Tell of what looks like the beginning of a facilitators' note and begins none."""
    for match in _STRAY.finditer(text):
        names = re.findall(r"[\w-]+", match[1] or match[2] or match[3] or match[4])
        if any(is_for_facilitators(name) or looks_for_facilitators(name) for name in names):
            problems.error(
                line, f"“{match[0]}” keeps nothing from learners here.",
                "Begin a line with ::: instructor, indented like the text around it.",
            )  # fmt: skip


def check_classes(classes: Iterable[str], line: int, problems: Problems) -> None:
    """Tell of classes for facilitators on what is no block."""
    if any(map(is_for_facilitators, classes)):
        problems.error(
            line, "Only a block can be kept from learners.", "Put this into ::: instructor … :::"
        )


def set_notes_apart(document: Document) -> None:
    """Make a div of all that is for facilitators, and put into it what nothing else refers to.

    A footnote belongs to a note if the text that learners read leads to it by no footnote.
    """
    for element in document.root.iter():
        summary = element.find("summary")
        titled = summary is not None and is_note_title(text_of(summary))
        if element not in document.divs and (titled or says_for_facilitators(element)):
            line = document.lines.get(element, 1)
            document.divs[element] = Div("instructor", "instructor", line, html=element.tag)
    listing = next((e for e in document.root.iter("div") if e.get("class") == "footnote"), None)
    items = listing.find("ol") if listing is not None else None
    if listing is None or items is None:
        return
    own = {f"#{item.get('id', '')}": item for item in items}
    notes = [e for e, div in document.divs.items() if div.kind in NOTES]
    theirs = {inner for note in notes for inner in note.iter()}
    seen = set(_reached([document.root], own, {*theirs, *listing.iter()}))
    for note in notes:
        for name in _reached([note], own, set()):
            if name not in seen:
                seen.add(name)
                items.remove(own[name])
                _add_footnote(note, own[name])
    if not len(items):
        replace(parents(document.root)[listing], listing, [])


def _reached(starts: list[Element], own: dict[str, Element], leave: set[Element]) -> list[str]:
    """The addresses of footnotes that elements lead to, by other footnotes too."""
    found: dict[str, None] = {}
    waiting = list(starts)
    while waiting:
        for element in waiting.pop().iter("a"):
            name = element.get("href", "")
            is_use = element.get("class") == "footnote-ref" and element not in leave
            if is_use and name in own and name not in found:
                found[name] = None
                waiting.append(own[name])
    return list(found)


def _add_footnote(note: Element, item: Element) -> None:
    listing = next((e for e in note.findall("div") if e.get("class") == "footnote"), None)
    if listing is None:
        listing = make("div", class_="footnote")
        listing.append(make("ol"))
        note.append(listing)
    listing[0].append(item)
