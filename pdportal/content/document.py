"""A Markdown text as a tree of HTML, with what its author meant by each part of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pdportal.content.attributes import Attributes
from pdportal.content.divs import Div
from pdportal.content.problems import Problem


@dataclass
class Picture:
    """What an author wrote of a picture, beside its address."""

    alt: str
    caption: Element
    title: str = ""
    attributes: Attributes = field(default_factory=Attributes)


@dataclass
class Document:
    """A page before its links and interactive blocks are worked out; HTML in it is not yet clean.

    Elements are looked up by identity: copy the tree, and the copies mean nothing.
    """

    root: Element
    problems: list[Problem] = field(default_factory=list)
    divs: dict[Element, Div] = field(default_factory=dict)
    ticks: dict[Element, tuple[bool, int]] = field(default_factory=dict)
    """Items of lists that begin with [ ] or [x]: whether it is an x, and the line."""
    pictures: dict[Element, Picture] = field(default_factory=dict)
    lines: dict[Element, int] = field(default_factory=dict)
    """The line of each link, picture, heading, item and row, and of all that has an id."""

    def div(self, element: Element) -> Div | None:
        """The div that an element is, if it is one."""
        return self.divs.get(element)

    def below(self, element: Element) -> Iterator[Div]:
        """The divs that stand in an element, in order."""
        inner = (each for each in element.iter() if each is not element)
        return (self.divs[each] for each in inner if each in self.divs)
