"""A text as the sections that its headings of one level make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from xml.etree.ElementTree import Element

from pdportal.content.boxes import safe_html
from pdportal.content.document import Document
from pdportal.content.problems import Problems
from pdportal.content.tree import text_of

AnySection = TypeVar("AnySection", bound="Section")


@dataclass
class Section:
    """A heading, and what stands below it up to the next heading of its level."""

    document: Document
    title: str
    key: str
    line: int
    body: Element

    @property
    def html(self) -> str:
        """What stands in it, as safe HTML."""
        return safe_html(self.document, self.body)


def split_at(
    document: Document,
    parent: Element,
    heading: str,
    problems: Problems,
    kind: type[AnySection],
    *,
    before: str = "",
) -> list[AnySection]:
    """The sections that a level of headings makes; what stands before the first is told.

    `before` is the title of a section for that, where it belongs to what is read.
    """
    sections = [kind(document, before, "", 1, Element("div"))] if before else []
    for element in parent:
        line = document.lines.get(element, 1)
        if element.tag == heading:
            key = element.get("id", "")
            sections.append(kind(document, text_of(element), key, line, Element("div")))
        elif sections:
            sections[-1].body.append(element)
        else:
            problem = "This stands before the first section, and is left out."
            problems.warning(line, problem, f"Put it below a heading {'#' * int(heading[1])}.")
    return sections
