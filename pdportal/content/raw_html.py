"""HTML in a Markdown text: what is taken over, what is taken out, and what is shown as typed."""

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from pdportal.content.html import GONE, TAGS, UNWELCOME, is_html
from pdportal.content.tree import BLOCK, VOID

if TYPE_CHECKING:
    from pdportal.content.build import TreeBuilder

_INSTEAD = {
    "iframe": "Put a link to it instead.", "object": "Put a link to it instead.",
    "embed": "Put a link to it instead.", "video": "Put a link to it instead.",
    "audio": "Put a link to it instead.",
}  # fmt: skip
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)")
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)


def _is_word(data: str) -> bool:
    """Whether a piece is a single tag that is no element of HTML, as in `Hello <your-name>`."""
    tag = _TAG.match(data)
    return tag is not None and data.count("<") == 1 and not is_html(tag[1].lower())


class RawHtml(HTMLParser):
    """Puts pieces of HTML into the tree of a builder."""

    def __init__(self, builder: "TreeBuilder") -> None:
        super().__init__(convert_charrefs=True)
        self.builder = builder
        self.first_line = 1
        self.opened: dict[Element, int] = {}

    def feed(self, data: str) -> None:
        """Take over one piece; tags may be opened in one and closed in another."""
        self.first_line = self.builder.line
        if data.startswith("<!--"):
            if "-->" not in data[2:]:
                self.builder.problems.error(
                    self.first_line, "This comment is opened and never closed.", "Add -->."
                )
            data = _COMMENT.sub("", data, count=1)
        elif data.startswith(("<!", "<?")) or _is_word(data):
            self.builder.text(data)
            return
        super().feed(data)
        self.close()
        self.reset()

    @property
    def _line(self) -> int:
        return self.first_line + self.getpos()[0] - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, closed=tag in VOID)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, closed=True)

    def _start(self, tag: str, attrs: list[tuple[str, str | None]], *, closed: bool) -> None:
        builder = self.builder
        if not is_html(tag):
            builder.text(self.get_starttag_text() or f"<{tag}>")
            return
        if tag in GONE or tag in UNWELCOME:
            self._tell(tag)
        if tag in GONE:
            if not closed:
                builder.push(Element(tag), own=False)
                self.opened[builder.top] = self._line
            return
        if tag not in TAGS:
            return
        values = {name: value or "" for name, value in attrs if re.fullmatch(r"[\w:.-]+", name)}
        if closed:
            element = SubElement(builder.top, tag, values)
        else:
            element = builder.open(tag, own=False)
            element.attrib.update(values)
            self.opened[element] = self._line
        builder.document.lines[element] = self._line

    def _tell(self, tag: str) -> None:
        hint = _INSTEAD.get(tag, "Pages hold text, pictures and our own blocks.")
        self.builder.problems.warning(self._line, f"<{tag}> is taken out.", hint)

    def handle_endtag(self, tag: str) -> None:
        """Close what HTML opened, but nothing that Markdown did."""
        if not is_html(tag):
            self.builder.text(f"</{tag}>")
            return
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
        if not line or element.tag in BLOCK:
            return
        report = self.builder.problems.warning
        if element.tag in GONE:
            report = self.builder.problems.error
        report(
            line, f"“<{element.tag}>” is opened here and never closed.", f"Add </{element.tag}>."
        )

    def handle_data(self, data: str) -> None:
        self.builder.text(data)

    def handle_pi(self, data: str) -> None:
        self.builder.text(f"<?{data}>")
