"""A Markdown text as a tree of safe HTML, with its divs, figures, code and formulas in place."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert as tex_to_mathml
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from pdportal.content.blocks import BlockReader, Code, Div
from pdportal.content.divs import convert
from pdportal.content.html import sanitise_source
from pdportal.content.problems import Problem, Problems
from pdportal.content.tokens import TOKEN
from pdportal.content.tree import (
    BLOCK,
    add_text,
    inner_html,
    make,
    parents,
    parse,
    replace,
    text_of,
    unwrap,
)

if TYPE_CHECKING:
    from pdportal.content.inline import Formula, Image

HIGHLIGHT_LIMIT = 50_000
_FORMATTER = HtmlFormatter(nowrap=True)
_LEXER_NAMES = {"output": "", "source": "", "error": "", "text": "", "warning": "", "shell": "bash"}


@dataclass
class Document:
    """A page before links, addresses and interactive blocks are worked out.

    A div stands in the tree as `<div data-div="n">` with `divs[n]`, a picture as
    `<img data-image="n">` with `images[n]`, a heading's braces as `data-heading="n"`.
    """

    root: Element
    reader: "BlockReader"
    problems: list[Problem] = field(default_factory=list)
    ticks: dict[Element, tuple[bool, int]] = field(default_factory=dict)

    @property
    def divs(self) -> "list[Div]":
        """The divs of the page in the order they open."""
        return self.reader.divs

    @property
    def images(self) -> "list[Image]":
        """The pictures of the page in the order they stand."""
        return self.reader.inline.images

    def div(self, element: Element) -> "Div | None":
        """The div that an element is, if it is one."""
        number = element.get("data-div")
        return None if number is None else self.divs[int(number)]

    def html(self) -> str:
        """The tree as it stands; not yet sanitised for readers."""
        return inner_html(self.root)


def read_markdown(
    text: str, *, path: str = "", first_line: int = 1, language: str = "en"
) -> Document:
    """Read a text of our dialect; faults are in `problems`, everything else is in the tree."""
    try:
        html, reader, problems = convert(text, path=path, first_line=first_line, language=language)
        root = parse(sanitise_source(html))
    except RecursionError:
        too_deep = Problems(path)
        too_deep.error(first_line, "This page is nested too deep.", "Make it simpler.")
        return Document(make("div"), BlockReader(too_deep), too_deep.found)
    document = Document(root, reader, problems)
    finish(document, path)
    return document


def finish(document: Document, path: str = "") -> None:
    """Put what the marks in a tree stand for in their places."""
    _Finisher(document, path).finish()


class _Finisher:
    """Puts what the marks stand for in their places."""

    def __init__(self, document: Document, path: str) -> None:
        self.document = document
        self.root = document.root
        self.reader = document.reader
        self.problems = Problems(path)
        self.captions: dict[int, Element] = {}

    def finish(self) -> None:
        """The steps, each of which relies on those before it."""
        self._restore_in_code()
        self._take_captions()
        self._put_blocks(self.root)
        self._group(self.root)
        self._tables()
        self._put_inline()
        self._figures()
        self._tidy_lists()
        self._clean()
        self.document.problems += self.problems.found

    def _restore_in_code(self) -> None:
        for element in self.root.iter():
            if element.tag in {"code", "pre"}:
                for inner in element.iter():
                    inner.text = self._as_written(inner.text)
                    if inner is not element:
                        inner.tail = self._as_written(inner.tail)
            for name, value in element.items():
                if TOKEN.search(value):
                    element.set(name, self._as_written(value) or "")

    def _as_written(self, text: str | None) -> str | None:
        if not text or not TOKEN.search(text):
            return text

        def written(found: "re.Match[str]") -> str:
            number = int(found[2] or 0)
            if found[1] == "I":
                return self.reader.inline.images[number].raw
            if found[1] == "M":
                return self.reader.inline.formulas[number].raw
            return ""

        return TOKEN.sub(written, text)

    def _take_captions(self) -> None:
        for parent in list(self.root.iter()):
            for child in list(parent):
                found = re.match("\\s*\ue000C(\\d+)\ue001", child.text or "")
                if found and child.tag == "p":
                    child.text = (child.text or "")[found.end() :].lstrip()
                    self.captions[int(found[1])] = child
                    replace(parent, child, [])

    def _put_blocks(self, parent: Element) -> None:
        for child in list(parent):
            mark = _lone_mark(child)
            if mark is None:
                self._put_blocks(child)
                continue
            kind, number = mark
            if kind == "F":
                replace(parent, child, [_code(self.reader.codes[number])])
            elif kind == "H":
                piece = parse(sanitise_source(self.reader.raw[number][0]))
                replace(parent, child, list(piece), piece.text or "")
            elif kind in {"S", "N"}:
                replace(parent, child, [])

    def _group(self, parent: Element) -> None:
        """Gather what stands between the opening and the closing mark of a div."""
        children = list(parent)
        if any((_lone_mark(child) or ("", 0))[0] in {"D", "E"} for child in children):
            stack = [parent]
            for child in children:
                parent.remove(child)
            for child in children:
                mark = _lone_mark(child)
                if mark and mark[0] == "D":
                    box = make("div", **{"data-div": str(mark[1])})
                    box.text = "\n"
                    stack[-1].append(box)
                    stack.append(box)
                elif mark and mark[0] == "E":
                    if any(each.get("data-div") == str(mark[1]) for each in stack[1:]):
                        while stack.pop().get("data-div") != str(mark[1]):
                            pass
                        stack[-1][-1].tail = "\n"
                else:
                    stack[-1].append(child)
        for child in list(parent):
            self._group(child)

    def _tables(self) -> None:
        for parent in list(self.root.iter()):
            for child in list(parent):
                if child.tag == "table":
                    self._table(parent, child)

    def _table(self, parent: Element, table: Element) -> None:
        place = list(parent).index(table)
        if place + 1 < len(parent) and (parent[place + 1].text or "").startswith("\ue000K\ue001"):
            caption = parent[place + 1]
            caption.text = (caption.text or "").replace("\ue000K\ue001", "")
            replace(parent, caption, [])
            caption.tag = "caption"
            table.insert(0, caption)
        heads = [text_of(_plain(head)) for head in table.findall("./thead/tr/th")]
        for row in table.findall("./tbody/tr"):
            cells = list(row)
            while len(cells) > len(heads) > 0 and not text_of(cells[-1]) and not len(cells[-1]):
                row.remove(cells.pop())
            for head, cell in zip(heads, cells, strict=False):
                if head and cell.tag == "td":
                    cell.set("data-label", head)
        for cell in table.iter():
            align = cell.attrib.pop("align", "")
            if cell.tag in {"td", "th"} and align in {"left", "right", "center"}:
                cell.set("class", f"align-{align}")
            if cell.tag == "th" and not cell.get("scope"):
                cell.set("scope", "col")
        box = make("div", class_="table-wrap")
        replace(parent, table, [box])
        box.append(table)

    def _put_inline(self) -> None:
        for element in [self.root, *self.root.iter()]:
            self._marks_in(element)
        for caption in self.captions.values():
            for element in list(caption.iter()):
                self._marks_in(element)

    def _marks_in(self, element: Element) -> None:
        """Replace the marks in the text of an element and in what follows its children."""
        pieces: list[str | Element] = [element.text or ""]
        if element.text and TOKEN.search(element.text):
            pieces = self._split(element.text, element)
        changed = len(pieces) > 1 or pieces[0] != (element.text or "")
        for child in list(element):
            pieces.append(child)
            tail = child.tail or ""
            if TOKEN.search(tail):
                pieces += self._split(tail, element)
                changed = True
            else:
                pieces.append(tail)
        if not changed:
            return
        for child in list(element):
            element.remove(child)
            child.tail = None
        element.text = None
        for piece in pieces:
            if isinstance(piece, str):
                add_text(element, len(element), piece)
            else:
                element.append(piece)

    def _split(self, text: str, holder: Element) -> list[str | Element]:
        pieces: list[str | Element] = []
        place = 0
        for found in TOKEN.finditer(text):
            pieces.append(text[place : found.start()])
            place = found.end()
            number = int(found[2] or 0)
            if found[1] == "I":
                pieces.append(make("img", **{"data-image": str(number)}))
            elif found[1] == "M":
                pieces.append(self._math(self.reader.inline.formulas[number]))
            elif found[1] == "T":
                holder.set("data-heading", str(number))
            elif found[1] in {"L", "O"}:
                pieces.append(make("span", **{f"data-{found[1].lower()}": str(number)}))
        pieces.append(text[place:])
        return [piece for piece in pieces if not isinstance(piece, str) or piece] or [""]

    def _math(self, formula: "Formula") -> Element:
        try:
            xml = tex_to_mathml(formula.tex, display="block" if formula.display else "inline")
            math = parse(xml).find("math")
        except Exception:  # the library raises all kinds
            math = None
        if math is None:
            self.problems.warning(
                formula.line, "This formula cannot be set.", "Check its braces and commands."
            )
            return make("code", formula.tex, class_="math-source")
        math.attrib.pop("xmlns", None)
        return math

    def _figures(self) -> None:
        """A picture alone in its paragraph is a figure."""
        for parent in list(self.root.iter()):
            for child in list(parent):
                if child.tag != "p" or not len(child) or text_of(child):
                    continue
                pictures = [each for each in child if each.tag == "img"]
                others = [each for each in child if each.tag not in {"img", "br"}]
                if others or not all(each.get("data-image") for each in pictures):
                    continue
                figures = []
                for picture in pictures:
                    picture.tail = None
                    number = int(picture.get("data-image") or 0)
                    figure = make("figure")
                    figure.append(picture)
                    caption = self._caption(number)
                    if caption is not None:
                        figure.append(caption)
                    figures.append(figure)
                if figures:
                    replace(parent, child, figures)

    def _caption(self, number: int) -> Element | None:
        title = self.reader.inline.images[number].title
        written = self.captions.get(number)
        if title:
            return make("figcaption", title)
        if written is not None:
            written.tag = "figcaption"
            written.tail = None
            written.set("data-caption", "text")
        return written

    def _tidy_lists(self) -> None:
        """Items of one paragraph stand close; a list that counts in its own way keeps its way."""
        for element in list(self.root.iter()):
            if element.tag not in {"ul", "ol"}:
                continue
            items = [item for item in element if item.tag == "li"]
            for item in items:
                self._item(element, item)
            if all(_paragraphs(item) <= 1 for item in items):
                for item in items:
                    if len(item) and item[0].tag == "p" and not (item.text or "").strip():
                        item.text = ""
                        item[0].tail = (item[0].tail or "").lstrip("\n")
                        unwrap(item, item[0])
            else:
                for item in items:
                    _wrap_leading_text(item)

    def _item(self, parent: Element, item: Element) -> None:
        for span in list(item.iter("span")):
            if span.get("data-l"):
                numbering = self.reader.numberings[int(span.get("data-l") or 0)]
                if numbering.start != 1:
                    parent.set("start", str(numbering.start))
                if numbering.type != "1":
                    parent.set("type", numbering.type)
            elif span.get("data-o"):
                self.document.ticks[item] = self.reader.choices[int(span.get("data-o") or 0)]
            else:
                continue
            holder = parents(item).get(span)
            if holder is not None:
                replace(holder, span, [])

    def _clean(self) -> None:
        """Nothing of our marks is left; an empty paragraph says nothing."""
        for element in [self.root, *self.root.iter()]:
            element.text = _plain_text(element.text)
            element.tail = _plain_text(element.tail)
        _without_indents(self.root)
        for parent in list(self.root.iter()):
            for child in list(parent):
                if child.tag == "p" and not len(child) and not (child.text or "").strip():
                    replace(parent, child, [])


def _plain_text(text: str | None) -> str | None:
    if not text:
        return text
    return TOKEN.sub("", text).replace("\u200b", "")


def _without_indents(parent: Element) -> None:
    """Spaces at the start of a line say nothing outside of code."""
    if parent.tag == "pre":
        return
    if parent.text and "\n " in parent.text:
        parent.text = re.sub(r"\n +", "\n", parent.text)
    for child in parent:
        _without_indents(child)
        if child.tail and "\n " in child.tail:
            child.tail = re.sub(r"\n +", "\n", child.tail)


def _plain(element: Element) -> Element:
    copy = parse(inner_html(element))
    for each in copy.iter():
        each.text, each.tail = _plain_text(each.text), _plain_text(each.tail)
    return copy


def _lone_mark(element: Element) -> tuple[str, int] | None:
    """The mark that is all a paragraph holds."""
    if element.tag != "p" or len(element):
        return None
    found = TOKEN.fullmatch((element.text or "").strip())
    if not found or found[1] not in "DEFHSN":
        return None
    return found[1], int(found[2] or 0)


def _code(code: "Code") -> Element:
    language = _LEXER_NAMES.get(code.language, code.language)
    box = make("pre", class_="highlight", tabindex="0")
    inner = make("code", class_=f"language-{language}" if language else "")
    box.append(inner)
    if language and len(code.text) <= HIGHLIGHT_LIMIT:
        try:
            piece = parse(
                highlight(code.text, get_lexer_by_name(language, stripnl=False), _FORMATTER)
            )
        except ClassNotFound:
            inner.text = code.text
        else:
            inner.text = piece.text
            for each in list(piece):
                inner.append(each)
    else:
        inner.text = code.text
    if not len(inner):
        inner.text = code.text.rstrip("\n")
    else:
        inner[-1].tail = (inner[-1].tail or "").rstrip("\n")
    return box


def _paragraphs(item: Element) -> int:
    own = 1 if (item.text or "").strip() else 0
    return own + sum(1 for child in item if child.tag == "p")


def _wrap_leading_text(item: Element) -> None:
    """Text that stands in an item beside paragraphs becomes a paragraph too."""
    if not (item.text or "").strip():
        return
    lead = make("p", (item.text or "").rstrip("\n"))
    item.text = "\n"
    moved = []
    for child in list(item):
        if child.tag in BLOCK:
            break
        moved.append(child)
    for child in moved:
        item.remove(child)
        lead.append(child)
    item.insert(0, lead)
