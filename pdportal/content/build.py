"""Builds the tree of a page from the tokens of the engine."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from pdportal.content import insets
from pdportal.content.attributes import Attributes
from pdportal.content.document import Document, Picture
from pdportal.content.engine import footnote_of, words_of_tokens
from pdportal.content.html import SCHEMES
from pdportal.content.notes import check_classes, report_stray_names
from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.raw_html import RawHtml
from pdportal.content.tree import BLOCK, MAX_DEPTH, make, text_of

_OTHER_TAGS = {"s": "del"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_NOTE_USE = re.compile(r"\[\^([^\]\s]{1,80})\]")
_LABEL_USE = re.compile(r"\]\[([^\[\]^][^\[\]]{0,500})\]")
_NOTE_MARKS = ("::", "：：", "!!", "??", "[!", "{", "class")
_DASHES = re.compile(r"-{2,}|\.{3}")
_TYPOGRAPHY = {"--": "–", "---": "—", "...": "…"}


class TreeBuilder:
    """Walks the tokens once, with a stack of the elements that are open."""

    def __init__(self, problems: Problems, first_line: int = 1) -> None:
        self.problems = problems
        self.first_line = first_line
        self.document = Document(Element("div"))
        self.top = self.document.root
        self.stack: list[tuple[Element, bool]] = [(self.top, True)]
        """Open elements, and whether Markdown opened them: HTML closes only its own."""
        self.line = first_line
        self.automatic = False
        self.raw = RawHtml(self)
        self.references: dict[str, Any] = {}
        self.notes: dict[str, int] = {}

    def build(self, tokens: Sequence[Token], env: dict[str, Any]) -> Document:
        """The document; labels and footnotes that `env` does not define are told."""
        self.references = env.get("references", {})
        self.notes = env.get("footnote_lines", {})
        for number, token in enumerate(tokens):
            if token.map:
                self.line = token.map[0] + self.first_line
            if token.type == "inline":
                self.inline(token.children or ())
            elif token.hidden and token.type == "paragraph_close":
                if tokens[number + 1].nesting != -1:
                    self.text("\n")
            else:
                self.token(token)
        self.unwind(1)
        self.document.problems = self.problems.found
        return self.document

    def inline(self, tokens: Iterable[Token]) -> None:
        """Put inline tokens into the open element."""
        for token in tokens:
            if token.type == "text":
                self._words(token.content)
            else:
                self.token(token)

    def token(self, token: Token) -> None:
        """Put one token into the tree."""
        special = _SPECIAL.get(token.type)
        if special:
            special(self, token)
        elif token.hidden:
            return
        elif token.nesting == 1:
            self.open(_OTHER_TAGS.get(token.tag, token.tag))
        elif token.nesting == -1:
            self.close()

    # The stack

    def open(self, tag: str, *, own: bool = True, **attributes: str) -> Element:
        """Open an element; one that is nested too deep is left out, and what it holds is not."""
        if len(self.stack) > MAX_DEPTH:
            self.problems.error(self.line, "This is nested too deep.", "Make it simpler.")
            self.stack.append((self.top, own))
            return Element(tag)
        element = SubElement(self.top, tag, {k.rstrip("_"): v for k, v in attributes.items() if v})
        self.push(element, own=own)
        return element

    def push(self, element: Element, *, own: bool = True) -> None:
        """Make an element the open one."""
        self.stack.append((element, own))
        self.top = element

    def close(self) -> Element:
        """Close the element that Markdown opened last, and what HTML left open in it."""
        place = len(self.stack) - 1
        while not self.stack[place][1]:
            place -= 1
        element = self.stack[place][0]
        self.unwind(place)
        if element.tag in BLOCK and len(self.top) and self.top[-1] is element:
            element.tail = "\n"
        return element

    def unwind(self, length: int) -> None:
        """Close all elements but the first ones; what HTML should have closed is told."""
        for element, own in self.stack[length:]:
            if not own:
                self.raw.left_open(element)
        del self.stack[length:]
        self.top = self.stack[-1][0]

    def text(self, text: str) -> None:
        """Add text to the open element."""
        if any(mark in text for mark in _NOTE_MARKS):
            report_stray_names(text, self.line, self.problems)
        if len(self.top):
            last = self.top[-1]
            last.tail = (last.tail or "") + text
        else:
            self.top.text = (self.top.text or "") + text

    # Words

    def _words(self, text: str) -> None:
        if not self.automatic:
            if "]" in text:
                self._check_labels(text)
            if "--" in text or "..." in text:
                text = _DASHES.sub(lambda m: _TYPOGRAPHY.get(m.group(), m.group()), text)
        self.text(text)

    def _check_labels(self, text: str) -> None:
        """Tell which links and notes point at a label that nobody defines."""
        for name in _LABEL_USE.findall(text):
            hint = did_you_mean(
                name.lower(), map(str.lower, self.references), f"Add a line “[{name}]: …”."
            )
            self.problems.warning(self.line, f"The link [{name}] is not defined.", hint)
        for name in _NOTE_USE.findall(text):
            hint = did_you_mean(name, self.notes, f"Add a line “[^{name}]: …”.")
            self.problems.warning(self.line, f"The footnote [^{name}] is not there.", hint)

    def soft_break(self, token: Token) -> None:
        self.text("\n")
        self.line += 1

    def hard_break(self, token: Token) -> None:
        SubElement(self.top, "br").tail = "\n"
        self.line += 1

    def code_span(self, token: Token) -> None:
        SubElement(self.top, "code").text = token.content

    def as_typed(self, token: Token) -> None:
        self.text(token.content)

    # Links and pictures

    def link(self, token: Token) -> None:
        href = str(token.attrs.get("href", ""))
        scheme = _SCHEME.match(href)
        if token.markup == "autolink" and scheme and scheme[1].lower() not in SCHEMES:
            self.text("<")
            self.stack.append((self.top, True))
        else:
            element = self.open("a", href=href, title=str(token.attrs.get("title", "")))
            element.set("href", href)
            self.document.lines[element] = self._definition(token)
        self.automatic = token.info == "auto"

    def _definition(self, token: Token) -> int:
        """The line on which the address of a link is written: its own, or that of its label."""
        place = self.references.get(token.meta.get("label", ""), {}).get("map")
        return place[0] + self.first_line if place else self.line

    def end_link(self, token: Token) -> None:
        self.automatic = False
        typed = len(self.stack) > 1 and self.stack[-1][0] is self.stack[-2][0]
        element = self.close()
        if typed and token.markup == "autolink":
            self.text(">")
        elif "attributes" in token.meta:
            self._attributes(element, token.meta["attributes"])

    def picture(self, token: Token) -> None:
        caption = Element("figcaption")
        self.push(caption)
        self.inline(token.children or ())
        self.close()
        alt = words_of_tokens(token.children or ())
        title = str(token.attrs.get("title", ""))
        source = str(token.attrs.get("src", ""))
        element = SubElement(self.top, "img", {"src": source, "alt": alt})
        if title:
            element.set("title", title)
        attributes = token.meta.get("attributes") or Attributes()
        check_classes(attributes.classes, self.line, self.problems)
        self.document.pictures[element] = Picture(alt, caption, title, attributes)
        self.document.lines[element] = self._definition(token)

    def span(self, token: Token) -> None:
        element = self.open("span")
        element.attrib.update({name: str(value) for name, value in token.attrs.items()})
        self.document.lines[element] = self.line

    def _attributes(self, element: Element, attributes: Attributes) -> None:
        check_classes(attributes.classes, self.line, self.problems)
        if attributes.id:
            element.set("id", attributes.id)
            self.document.lines[element] = self.line

    # Blocks

    def paragraph(self, token: Token) -> None:
        if not token.hidden:
            self.document.lines[self.open(token.tag)] = self.line

    def heading(self, token: Token) -> None:
        element = self.open(token.tag)
        self.document.lines[element] = self.line
        self._attributes(element, token.meta.get("attributes") or Attributes())

    def end_heading(self, token: Token) -> None:
        element = self.close()
        is_last = len(self.top) and self.top[-1] is element
        if is_last and not text_of(element) and not len(element):
            self.top.remove(element)

    def list(self, token: Token) -> None:
        element = self.open(token.tag)
        element.attrib.update({name: str(value) for name, value in token.attrs.items()})
        self.text("\n")

    def item(self, token: Token) -> None:
        element = self.open("li")
        self.document.lines[element] = self.line
        if "checked" in token.meta:
            self.document.ticks[element] = (bool(token.meta["checked"]), self.line)

    def cell(self, token: Token) -> None:
        self.document.lines.setdefault(self.top, self.line)  # the row
        align = str(token.attrs.get("style", "")).removeprefix("text-align:")
        self.open(
            token.tag, class_=f"align-{align}" if align else "",
            scope="col" if token.tag == "th" else "",
        )  # fmt: skip

    def rule(self, token: Token) -> None:
        SubElement(self.top, "hr").tail = "\n"

    def code_block(self, token: Token) -> None:
        if token.type == "code_block":  # by its indentation, which may be a mistake
            report_stray_names(token.content, self.line, self.problems)
        check_classes(re.findall(r"[\w-]+", token.info), self.line, self.problems)
        element = insets.code(token.content, insets.language_of(unescapeAll(token.info)))
        element.tail = "\n"
        self.top.append(element)

    def div(self, token: Token) -> None:
        if token.hidden:
            self.stack.append((self.top, True))
            return
        element = self.open("div")
        element.text = "\n"
        self.document.divs[element] = token.meta["div"]

    def end(self, token: Token) -> None:
        self.close()

    def formula(self, token: Token) -> None:
        display = token.markup == "$$"
        element = insets.formula(token.content.strip(), display=display)
        if element is None:
            self.problems.warning(
                self.line, "This formula cannot be set.", "Check its braces and commands."
            )
            element = make("code", token.content.strip(), class_="math-source")
        holder = self.open("p") if token.type == "math_block" else self.top
        holder.append(element)
        if token.type == "math_block":
            self.close()
        self.line += token.content.count("\n")

    # Footnotes

    def note_use(self, token: Token) -> None:
        number, name, use = footnote_of(token)
        mark = self.open("sup", id=use)
        link = SubElement(mark, "a", {"class": "footnote-ref", "href": f"#fn:{name}"})
        link.text = str(number)
        self.close()

    def notes_begin(self, token: Token) -> None:
        self.open("div", class_="footnote")
        SubElement(self.top, "hr")
        self.open("ol")

    def notes_end(self, token: Token) -> None:
        self.close()
        self.close()

    def note(self, token: Token) -> None:
        self.open("li", id=f"fn:{footnote_of(token)[1]}")

    def note_back(self, token: Token) -> None:
        number, _name, use = footnote_of(token)
        self.text("\u00a0")
        link = SubElement(self.top, "a", {"class": "footnote-backref", "href": f"#{use}"})
        link.set("title", f"Back to the text of note {number}")
        link.text = "↩"

    # HTML

    def html(self, token: Token) -> None:
        if token.content.startswith(("<?", "<!")) and not token.content.startswith("<!--"):
            self.text(token.content)
        else:
            self.raw.feed(token.content, self.line)
        self.line += token.content.count("\n")


_SPECIAL: dict[str, Callable[[TreeBuilder, Token], None]] = {
    "softbreak": TreeBuilder.soft_break, "hardbreak": TreeBuilder.hard_break,
    "code_inline": TreeBuilder.code_span, "text_block": TreeBuilder.as_typed,
    "text_special": TreeBuilder.as_typed,
    "link_open": TreeBuilder.link, "link_close": TreeBuilder.end_link,
    "image": TreeBuilder.picture, "span_open": TreeBuilder.span,
    "paragraph_open": TreeBuilder.paragraph,
    "heading_open": TreeBuilder.heading, "heading_close": TreeBuilder.end_heading,
    "bullet_list_open": TreeBuilder.list, "ordered_list_open": TreeBuilder.list,
    "list_item_open": TreeBuilder.item, "th_open": TreeBuilder.cell, "td_open": TreeBuilder.cell,
    "hr": TreeBuilder.rule, "fence": TreeBuilder.code_block, "code_block": TreeBuilder.code_block,
    "div_open": TreeBuilder.div, "div_close": TreeBuilder.end,
    "math_inline": TreeBuilder.formula, "math_inline_double": TreeBuilder.formula,
    "math_block": TreeBuilder.formula,
    "footnote_ref": TreeBuilder.note_use, "footnote_block_open": TreeBuilder.notes_begin,
    "footnote_block_close": TreeBuilder.notes_end, "footnote_open": TreeBuilder.note,
    "footnote_close": TreeBuilder.end, "footnote_anchor": TreeBuilder.note_back,
    "html_inline": TreeBuilder.html, "html_block": TreeBuilder.html,
}  # fmt: skip
