"""Gives every heading its level and its address."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.document import Document
from pdportal.content.problems import Problems
from pdportal.content.slugs import heading_names, slug, unique
from pdportal.content.tree import text_of
from pdportal.content.vocabulary import SILENT, UNTITLED

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass
class Outline:
    """The headings of the running text, and every address on the page."""

    headings: list[tuple[int, str, str]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    other_names: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str:
        """The id that an address means; empty if there is none such."""
        if name in self.ids:
            return name
        return self.other_names.get(name) or self.other_names.get(name.lower(), "")


def make_outline(document: Document, problems: Problems, top: int = 2) -> Outline:
    """Number headings from `top` without gaps and give each an id that is unique on the page."""
    outline = Outline()
    _take_written_ids(document, outline, problems)
    _Numbering(document, outline).visit(document.root, [], top, in_box=False)
    return outline


def _take_written_ids(document: Document, outline: Outline, problems: Problems) -> None:
    for element in document.root.iter():
        name, line = element.get("id", ""), document.lines.get(element, 0)
        if element.tag == "a":
            name = name or element.attrib.pop("name", "")
        div = document.div(element)
        if div is not None:
            name, line = div.id, div.line
        if not name:
            continue
        if name in outline.ids:
            first = outline.ids[name]
            where = f" (first in line {first})" if first else ""
            problems.error(
                line or first or 1,
                f"The id “{name}” is there twice on this page{where}.",
                "Give one of them another.",
            )
            element.attrib.pop("id", None)
            continue
        outline.ids[name] = line
        if div is None:
            element.set("id", name)


def _has_title(element: Element, div: Div) -> bool:
    if div.title or div.kind in UNTITLED:
        return False
    return bool(len(element)) and element[0].tag in HEADINGS


class _Numbering:
    def __init__(self, document: Document, outline: Outline) -> None:
        self.document = document
        self.outline = outline

    def visit(self, parent: Element, levels: list[int], base: int, *, in_box: bool) -> None:
        """Walk a container; a box counts its headings from where it stands."""
        titled = parent.get("data-titled") == "yes"
        for number, child in enumerate(list(parent)):
            if child.tag in HEADINGS:
                if titled and number == 0:
                    self._name(child, min(base - 1, 6), in_box=True)
                    continue
                level = int(child.tag[1])
                while levels and levels[-1] >= level:
                    levels.pop()
                levels.append(level)
                self._name(child, min(base + len(levels) - 1, 6), in_box=in_box)
                continue
            div = self.document.div(child)
            if div is None or div.kind in SILENT:
                self.visit(child, levels, base, in_box=in_box)
                continue
            has_title = _has_title(child, div)
            if has_title:
                child.set("data-titled", "yes")
            inner = base + len(levels) + (1 if has_title else 0)
            self.visit(child, [], inner, in_box=True)
            child.attrib.pop("data-titled", None)

    def _name(self, heading: Element, level: int, *, in_box: bool) -> None:
        heading.tag = f"h{max(level, 2)}"
        words = text_of(heading)
        name = heading.get("id", "")
        if not name:
            name = unique(slug(words) or "section", set(self.outline.ids))
            heading.set("id", name)
            self.outline.ids[name] = 0
        for other in sorted(heading_names(words)):
            self.outline.other_names.setdefault(other, name)
        if not in_box:
            self.outline.headings.append((int(heading.tag[1]), name, words))
