"""HTML as a small tree that can be walked, changed and written again."""

from html import escape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

MAX_DEPTH = 150
VOID = frozenset({"br", "hr", "img", "col", "wbr", "source"})
BLOCK = frozenset(
    {
        "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt",
        "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p",
        "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip


def parse(html: str) -> Element:
    """The tree of a piece of well-formed HTML, in a nameless `div`."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def inner_html(element: Element) -> str:
    """What stands in an element, as HTML."""
    out: list[str] = [_text(element.text)]
    for child in element:
        _write(child, out)
    return "".join(out)


def text_of(element: Element) -> str:
    """The words in an element, in one line."""
    return " ".join("".join(element.itertext()).split())


def make(tag: str, text: str = "", **attributes: str) -> Element:
    """A new element; `class_` stands for class."""
    element = Element(tag, {key.rstrip("_"): value for key, value in attributes.items() if value})
    if text:
        element.text = text
    return element


def parents(root: Element) -> dict[Element, Element]:
    """The parent of every element of a tree."""
    return {child: parent for parent in root.iter() for child in parent}


def replace(parent: Element, child: Element, new: "list[Element]", text: str = "") -> None:
    """Put text and elements in the place of a child; what followed it still follows."""
    place = list(parent).index(child)
    tail = child.tail or ""
    child.tail = None
    parent.remove(child)
    if new:
        new[-1].tail = (new[-1].tail or "") + tail
        add_text(parent, place, text)
        for each in reversed(new):
            parent.insert(place, each)
    else:
        add_text(parent, place, text + tail)


def add_text(parent: Element, place: int, text: str) -> None:
    """Add text before the child at a place."""
    if not text:
        return
    if place == 0:
        parent.text = (parent.text or "") + text
    else:
        before = parent[place - 1]
        before.tail = (before.tail or "") + text


def unwrap(parent: Element, child: Element) -> None:
    """Put what an element holds in its own place."""
    text = child.text or ""
    child.text = None
    inner = list(child)
    for each in inner:
        child.remove(each)
    replace(parent, child, inner, text)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self.stack = [self.root]
        self.skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.stack) > MAX_DEPTH and tag not in VOID:
            self.skipped.append(tag)
            return
        element = SubElement(self.stack[-1], tag, {key: value or "" for key, value in attrs})
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        SubElement(self.stack[-1], tag, {key: value or "" for key, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and self.skipped[-1] == tag:
            self.skipped.pop()
        elif tag in {each.tag for each in self.stack[1:]}:
            while self.stack.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        top = self.stack[-1]
        add_text(top, len(top), data)


def _text(text: str | None) -> str:
    return escape(text, quote=False) if text else ""


def _write(element: Element, out: list[str]) -> None:
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.items())
    out.append(f"<{element.tag}{attributes}>")
    if element.tag not in VOID:
        out.append(_text(element.text))
        for child in element:
            _write(child, out)
        out.append(f"</{element.tag}>")
    out.append(_text(element.tail))
