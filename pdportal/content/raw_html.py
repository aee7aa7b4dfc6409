"""HTML in a Markdown text: what is taken over, what is taken out, and what is shown as typed."""

import re
from html import unescape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from pdportal.content.html import GONE, TAGS, UNWELCOME, is_html
from pdportal.content.notes import says_for_facilitators
from pdportal.content.tree import BLOCK, VOID

if TYPE_CHECKING:
    from pdportal.content.build import TreeBuilder

_EMBEDDED = frozenset({"iframe", "object", "embed", "video", "audio"})
_PIECE = re.compile(
    r"""<!--(-?>)?|<(?P<end>/?)(?P<tag>[a-zA-Z][\w:.-]*)"""
    r"""(?P<rest>(?:[^<>"']|"[^"]{0,1000}"|'[^']{0,1000}')*)>"""
)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")


class RawHtml:
    """Puts pieces of HTML into the tree of a builder; tags may open in one and close in another."""

    def __init__(self, builder: "TreeBuilder") -> None:
        self.builder = builder
        self.opened: dict[Element, int] = {}
        """The lines of the elements that are open."""
        self.told = 0
        """The line on which something was taken out last: what stands in it goes with it."""

    def feed(self, html: str, line: int) -> None:
        """Take over a piece that begins on a line."""
        place = 0
        counted = 0
        while piece := _PIECE.search(html, place):
            self.builder.text(unescape(html[place : piece.start()]))
            line += html.count("\n", counted, piece.start())
            counted = piece.start()
            place = piece.end()
            if piece["tag"] is None:
                place = piece.end() if piece[1] else html.find("-->", place) + 3
                if place < 3:
                    self._unclosed_comment(line)
                    return
            elif not is_html(piece["tag"].lower()):
                self.builder.text(piece.group())
            elif piece["end"]:
                self._end(piece["tag"].lower())
            else:
                self._start(piece["tag"].lower(), piece["rest"], line)
                if piece["tag"].lower() in {"script", "style"}:
                    end = re.compile(rf"</{piece['tag']}\s*>", re.IGNORECASE).search(html, place)
                    place = end.start() if end else len(html)
        self.builder.text(unescape(html[place:]))

    def _unclosed_comment(self, line: int) -> None:
        self.builder.problems.error(
            line, "This comment is opened and never closed.", "Close it with -->."
        )

    def _start(self, tag: str, attributes: str, line: int) -> None:
        builder = self.builder
        closed = tag in VOID or attributes.endswith("/")
        if (tag in GONE or tag in UNWELCOME) and line != self.told:
            self.told = line
            hint = "Pages hold text, pictures and our own blocks."
            if tag in _EMBEDDED:
                hint = "Put a link to it instead."
            builder.problems.warning(line, f"<{tag}> is taken out.", hint)
        if tag in GONE and not closed:
            builder.push(Element(tag), own=False)
            self.opened[builder.top] = line
            return
        given = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(attributes.rstrip("/"))
        }
        if tag in TAGS or says_for_facilitators(Element(tag, given)):
            element = SubElement(builder.top, tag) if closed else builder.open(tag, own=False)
            element.attrib.update(given)
            builder.document.lines[element] = line
            if not closed:
                self.opened[element] = line

    def _end(self, tag: str) -> None:
        """Close what HTML opened, but nothing that Markdown did."""
        stack = self.builder.stack
        place = len(stack) - 1
        while not stack[place][1] and stack[place][0].tag != tag:
            place -= 1
        if not stack[place][1]:
            self.opened.pop(stack[place][0], None)
            self.builder.unwind(place)

    def left_open(self, element: Element) -> None:
        """Tell of an element that is never closed, and would colour what follows or hide it."""
        line = self.opened.pop(element, 0)
        theirs = says_for_facilitators(element)
        if line and (theirs or element.tag not in BLOCK):
            problems = self.builder.problems
            report = problems.error if theirs or element.tag in GONE else problems.warning
            name = element.tag
            report(line, f"“<{name}>” is opened here and never closed.", f"Add </{name}>.")
