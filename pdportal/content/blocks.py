"""Reads the blocks of a Markdown text: lists, quotes, code, and fenced divs within one another.

Python-Markdown wants lists after a blank line and four spaces for what belongs to an item. Authors
write as Pandoc and code hosts allow. This reader understands theirs and writes the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pdportal.content.attributes import Attributes, read_attributes
from pdportal.content.inline import InlineReader, Reference
from pdportal.content.lines import (
    FENCE,
    RULE,
    count_cells,
    indent_of,
    is_own_line,
    language_of,
    looks_like_prose,
    opened_fence,
    shifted,
    trimmed,
    without_tabs,
)
from pdportal.content.markers import Marker, read_marker
from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.slugs import slug
from pdportal.content.tokens import token, without_tokens
from pdportal.content.vocabulary import KNOWN, OTHER_NAMES, PARTS, SILENT

Line = tuple[int, str]
MAX_NESTING = 16
TOO_DEEP = -1

_DIV = re.compile(r"^ {0,3}(:{3,})(.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_QUOTE = re.compile(r"^ {0,3}>")
_CHOICE = re.compile(r"^\[([ xX])\][ \t]+(?=\S)")
_TABLE_LINE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_DEFINITION = re.compile(r"^ {0,3}:( +)(?=\S)")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,80})\]:[ \t]*(.*)$")
_REFERENCE = re.compile(
    r"""^[ ]{0,3}\[(?!\^)([^\[\]]{1,400})\]:[ \t]*(?:<([^<>]*)>|(\S+))
        (?:[ \t]+(?:"(.*)"|'(.*)'|\((.*)\)))?[ \t]*$""",
    re.VERBOSE,
)
_ADMONITION = re.compile(
    r"""^(!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+[\w-]+)*(?:[ \t]+"(.*)")?[ \t]*$"""
)
_HTML_DIV = re.compile(
    r"^ {0,3}<(div|details|section|article|aside|center|main)\b([^<>]*)>[ \t]*"
    r"(?:<summary[^<>]*>(.*?)</summary>)?[ \t]*$",
    re.IGNORECASE,
)
_HTML_DIV_END = re.compile(
    r"^ {0,3}</(div|details|section|article|aside|center|main)>[ \t]*$", re.IGNORECASE
)
_SUMMARY = re.compile(r"^ {0,3}<summary[^<>]*>(.*?)</summary>[ \t]*$", re.IGNORECASE)
_HTML = re.compile(
    r"^ {0,3}<(address|blockquote|body|caption|col|dd|div|dl|dt|fieldset|figcaption|figure|footer|"
    r"form|frame|h[1-6]|header|hr|html|iframe|legend|li|link|nav|noscript|object|ol|option|p|pre|"
    r"script|style|summary|svg|table|tbody|td|tfoot|th|thead|tr|ul|video|audio|embed)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass
class Div:
    """A fenced div: what its author named it, and where it stands."""

    kind: str
    name: str
    line: int
    attributes: Attributes = field(default_factory=Attributes)
    title: str = ""
    length: int = 3
    html: str = ""

    @property
    def id(self) -> str:
        """The id its author gave, or nothing."""
        return self.attributes.id


@dataclass
class Code:
    """A block of code and the language its author named."""

    text: str
    language: str
    line: int


@dataclass
class Heading:
    """What an author wrote in braces after a heading."""

    line: int
    attributes: Attributes


@dataclass
class Numbering:
    """How an ordered list counts."""

    start: int
    type: str


class BlockReader:
    """Turns a text into Markdown with marks, and keeps what the marks stand for."""

    def __init__(self, problems: Problems, *, plain: bool = False) -> None:
        self.problems = problems
        self.plain = plain
        self.inline = InlineReader(problems)
        self.divs: list[Div] = []
        self.codes: list[Code] = []
        self.headings: list[Heading] = []
        self.numberings: list[Numbering] = []
        self.choices: list[tuple[bool, int]] = []
        self.raw: list[tuple[str, int]] = []
        self.footnotes: list[str] = []

    def read(self, text: str, first_line: int = 1) -> str:
        """The whole text, ready for Python-Markdown."""
        lines = self._lines(text, first_line)
        if self.plain:
            return "\n".join(self._blocks(lines, 0)).rstrip()
        lines = self._definitions(lines)
        out = self._blocks(lines, 0)
        out += self.footnotes
        for number, note in enumerate(self.inline.notes, 1):
            out += ["", f"[^inline-note-{number}]: " + " ".join(note.split())]
        for number, image in enumerate(self.inline.images):
            if image.caption.strip():
                caption = " ".join(image.caption.split())
                out += ["", f"{token('C', number)} {caption}"]
        return "\n".join(out).rstrip()

    def _lines(self, text: str, first_line: int) -> list[Line]:
        text = without_tokens(text).replace("\u200b", "")
        lines = [without_tabs(line) for line in text.split("\n")]
        kept = list(enumerate(lines, first_line))
        if self.plain or "<!--" not in text:
            return kept
        return self._without_comments(kept)

    def _without_comments(self, lines: list[Line]) -> list[Line]:
        """Comments are taken out, except where they are part of an example in code."""
        out: list[Line] = []
        fence = ""
        inside = False
        for number, line in lines:
            if inside:
                before, mark, rest = line.partition("-->")
                inside = not mark
                line = rest if mark else ""
            opened = FENCE.match(line)
            if fence:
                if opened and opened[2].startswith(fence) and not opened[3].strip():
                    fence = ""
            elif opened and not (opened[2][0] == "`" and "`" in opened[3]):
                fence = opened[2]
            elif "<!--" in line and not re.search(r"`[^`]*<!--[^`]*`", line):
                line = re.sub(r"<!--.*?-->", "", line)
                before, mark, _ = line.partition("<!--")
                inside = bool(mark)
                line = before
            out.append((number, line))
        return out

    def _definitions(self, lines: list[Line]) -> list[Line]:
        """Link definitions hold for the whole page, wherever they stand."""
        out: list[Line] = []
        fence = ""
        for number, line in lines:
            opened = FENCE.match(line.lstrip(" "))
            kept = line
            if fence:
                if opened and opened[2].startswith(fence) and not opened[3].strip():
                    fence = ""
            elif opened and not (opened[2][0] == "`" and "`" in opened[3]):
                fence = opened[2]
            elif self._defines(number, line):
                kept = ""
            out.append((number, kept))
        return out

    def _defines(self, number: int, line: str) -> bool:
        """Whether a line defines a link; what it defines is kept, the first time it does."""
        found = _REFERENCE.match(line)
        if not found or looks_like_prose(found[3] or ""):
            return False
        label = " ".join(found[1].split()).lower()
        target: str = found[2] if found[2] is not None else found[3]
        title = str(found[4] or found[5] or found[6] or "")
        self.inline.references.setdefault(label, Reference(target, title, number))
        self.inline.target_lines.setdefault(target, []).append(number)
        return True

    def _blocks(self, lines: list[Line], depth: int) -> list[str]:
        return _Container(self, lines, depth).read()


class _Container:
    """One container (the page, a list item, a quote) and the blocks in it."""

    def __init__(self, reader: BlockReader, lines: list[Line], depth: int) -> None:
        self.reader = reader
        self.lines = lines
        self.depth = depth
        self.out: list[str] = []
        self.paragraph: list[Line] = []
        self.open: list[int] = []
        self.place = 0
        self.last = ""

    def read(self) -> list[str]:
        """All blocks, each with a blank line after it."""
        if self.depth > MAX_NESTING:
            first = self.lines[0][0] if self.lines else 1
            self.reader.problems.error(
                first, f"Blocks are nested more than {MAX_NESTING} deep here.", "Make it simpler."
            )
            self.out.append(
                " ".join(re.sub(r"([>#*+\-:`~])", r"\\\1", text.strip()) for _, text in self.lines)
            )
            return self.out
        steps: tuple[Callable[[int, str], bool], ...] = (
            self._code, self._formula, self._div, self._html_div, self._admonition, self._heading,
            self._underline, self._rule, self._quote, self._list, self._html, self._table,
            self._footnote, self._definition, self._indented,
        )  # fmt: skip
        if self.reader.plain:
            steps = (self._code, self._heading, self._rule, self._quote, self._list)
        while self.place < len(self.lines):
            number, line = self.lines[self.place]
            if not line.strip():
                self._flush()
                self.place += 1
                continue
            if any(step(number, line) for step in steps):
                continue
            self.paragraph.append((number, line))
            self.place += 1
        self._flush()
        while self.open:
            if self.open[-1] == TOO_DEEP:
                self._close()
                continue
            div = self.reader.divs[self.open[-1]]
            name = f"<{div.html}>" if div.html else f"::: {div.name}"
            self.reader.problems.warning(
                div.line, f"“{name}” is opened here and never closed.", "Close it with :::"
            )
            self._close()
        return self.out

    def _flush(self) -> None:
        if not self.paragraph:
            return
        lines = [(n, line.lstrip(" ")) for n, line in self.paragraph]
        lines[-1] = (lines[-1][0], lines[-1][1].rstrip())
        text = (
            "\n".join(line for _, line in lines)
            if self.reader.plain
            else self.reader.inline.read(lines)
        )
        if self.reader.plain or not text.startswith("*["):
            text = re.sub(r"(?m)^(#|>|:[ ]{1,3}\S|=+[ \t]*$|-+[ \t]*$)", r"\\\1", text)
            text = re.sub(r"(?m)^(\[\^[^\]]*\]:)", r"\\\1", text)
            text = re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text)
            text = re.sub(r"^([-*+])(?=\s)", r"\\\1", text)
        self._emit(text.split("\n"), "paragraph")
        self.paragraph = []

    def _emit(self, lines: list[str], kind: str) -> None:
        self.out += lines
        self.out.append("")
        self.last = kind

    # Each step reads one kind of block and moves on, or says False.

    def _code(self, number: int, line: str) -> bool:
        found = FENCE.match(line)
        if not found or (found[2][0] == "`" and "`" in found[3]):
            return False
        self._flush()
        indent, fence = len(found[1]), found[2]
        self.place += 1
        text: list[str] = []
        closed = False
        while self.place < len(self.lines):
            inner = self.lines[self.place][1]
            self.place += 1
            end = FENCE.match(inner)
            if end and end[2].startswith(fence) and not end[3].strip():
                closed = True
                break
            text.append(inner[min(indent, len(inner) - len(inner.lstrip(" "))) :])
        if not closed:
            self.reader.problems.error(
                number, "This code block is opened and never closed.", f"Close it with {fence}"
            )
        language = language_of(found[3])
        if self.place < len(self.lines):
            after = re.match(
                r"^\{:\s*\.(?:language-)?([\w+-]+)[^}]*\}\s*$", self.lines[self.place][1]
            )
            if after:
                language = language or after[1]
                self.place += 1
        self._put_code("\n".join(text), language, number)
        return True

    def _put_code(self, text: str, language: str, number: int) -> None:
        self.reader.codes.append(Code(text, language, number))
        self._emit([token("F", len(self.reader.codes) - 1)], "code")

    def _formula(self, number: int, line: str) -> bool:
        if not line.lstrip().startswith("$$") or indent_of(line) > 3:
            return False
        for end in range(self.place, min(self.place + 60, len(self.lines))):
            text = "\n".join(inner for _, inner in self.lines[self.place : end + 1]).strip()
            if not self.lines[end][1].strip():
                return False
            if len(text) > 4 and text.endswith("$$"):
                if "$$" in text[2:-2]:
                    return False
                self._flush()
                self._emit(self.reader.inline.read([(number, text)]).split("\n"), "paragraph")
                self.place = end + 1
                return True
        return False

    def _div(self, number: int, line: str) -> bool:
        found = _DIV.match(line)
        if not found:
            return False
        self._flush()
        self.place += 1
        rest = re.sub(r"\s*:*\s*$", "", found[2]).strip()
        if not rest:
            self._close_fence(number)
            return True
        self._open(self._named(rest, number, len(found[1])))
        return True

    def _named(self, rest: str, number: int, length: int) -> Div:
        problems = self.reader.problems
        attributes = Attributes()
        name = title = ""
        brace = rest.find("{")
        if brace >= 0:
            read = read_attributes(rest, brace)
            if read:
                attributes = read[0]
                title = rest[read[1] :].strip().strip(":").strip()
            else:
                problems.warning(
                    number, "These attributes cannot be read.", 'Write {#name key="value"}.'
                )
            rest = rest[:brace].strip()
        words = rest.split(None, 1)
        if words:
            name = words[0].strip(":").lower()
            if len(words) > 1:
                title = words[1].strip()
                problems.warning(
                    number, f"“{title}” after the name is taken as a title.",
                    f'Write {{title="{title}"}}.',
                )  # fmt: skip
        names = ([name] if name else []) + [each.lower() for each in attributes.classes]
        kind = next((each for each in map(_kind, names) if each in KNOWN), "")
        if not kind:
            name = names[0] if names else ""
            kind = slug(name) or "plain"
            if name:
                hint = did_you_mean(name, KNOWN - SILENT - PARTS, "It is shown as a plain box.")
                problems.warning(number, f"There is no block called “{name}”.", hint)
        title = attributes.values.get("title", "") or title
        return Div(kind, name or kind, number, attributes, title, length)

    def _close_fence(self, number: int) -> None:
        while self.open and self._is_html(self.open[-1]):
            if all(self._is_html(each) for each in self.open):
                break
            self._close()
        if not self.open or self._is_html(self.open[-1]):
            self.reader.problems.warning(
                number, "This ::: closes nothing.", "Delete it, or open a block before it."
            )
            return
        self._close()

    def _open(self, div: Div) -> None:
        if len(self.open) + self.depth > MAX_NESTING:
            self.reader.problems.error(
                div.line,
                f"Blocks are nested more than {MAX_NESTING} deep here.",
                "Make it simpler.",
            )
            self.open.append(TOO_DEEP)
            return
        self.reader.divs.append(div)
        self.open.append(len(self.reader.divs) - 1)
        self._emit([token("D", self.open[-1])], "div")

    def _close(self) -> None:
        number = self.open.pop()
        if number != TOO_DEEP:
            self._emit([token("E", number)], "div")

    def _is_html(self, number: int) -> bool:
        return number != TOO_DEEP and bool(self.reader.divs[number].html)

    def _html_div(self, number: int, line: str) -> bool:
        found = _HTML_DIV.match(line)
        if found:
            self._flush()
            self.place += 1
            tag = found[1].lower()
            attributes = read_attributes("{" + found[2].replace("/", " ") + "}")
            given = attributes[0] if attributes else Attributes()
            names = [_kind(each.lower()) for each in given.classes]
            kind = next((each for each in names if each in KNOWN), "plain")
            if tag == "details":
                kind = kind if kind in {"solution", "hint"} else "spoiler"
            title = found[3] or ""
            if tag == "details" and not title:
                title = self._summary()
            self._open(Div(kind, kind, number, given, re.sub(r"<[^>]*>", "", title), 3, tag))
            return True
        end = _HTML_DIV_END.match(line)
        if not end:
            return False
        tag = end[1].lower()
        self._flush()
        self.place += 1
        top = self.open[-1] if self.open else None
        if top == TOO_DEEP or (top is not None and self.reader.divs[top].html == tag):
            self._close()
        return True

    def _summary(self) -> str:
        for ahead in range(self.place, min(self.place + 3, len(self.lines))):
            found = _SUMMARY.match(self.lines[ahead][1])
            if found:
                self.place = ahead + 1
                return found[1]
            if self.lines[ahead][1].strip():
                break
        return ""

    def _admonition(self, number: int, line: str) -> bool:
        found = _ADMONITION.match(line)
        if not found or self.paragraph:
            return False
        self.place += 1
        inner: list[Line] = []
        while self.place < len(self.lines):
            n, text = self.lines[self.place]
            if text.strip() and indent_of(text) < 4:
                break
            inner.append((n, text[4:]))
            self.place += 1
        kind = _kind(found[2].lower())
        if found[1].startswith("?"):
            kind = kind if kind in {"solution", "hint"} else "spoiler"
        title = found[3] if found[3] is not None else ""
        if kind not in KNOWN:
            kind = "note"
            title = title or found[2].capitalize()
        self._open(Div(kind, found[2], number, Attributes(), title))
        self.out += self.reader._blocks(inner, self.depth + 1)
        self._close()
        return True

    def _heading(self, number: int, line: str) -> bool:
        found = _HEADING.match(line)
        if not found:
            return False
        self._flush()
        self.place += 1
        self._put_heading(len(found[1]), re.sub(r"(?:^|[ \t]+)#+$", "", found[2] or ""), number)
        return True

    def _put_heading(self, level: int, text: str, number: int) -> None:
        attributes = Attributes()
        brace = re.search(r"\{[^{}]*\}\s*$", text)
        if brace:
            read = read_attributes(text, brace.start())
            if read:
                attributes = read[0]
                text = text[: brace.start()].rstrip()
        if not text.strip():
            self.reader.problems.warning(number, "This heading is empty.", "Write it or delete it.")
            return
        self.reader.headings.append(Heading(number, attributes))
        read_text = text.strip()
        if not self.reader.plain:
            read_text = self.reader.inline.read([(number, read_text)]).replace("\n", " ")
        read_text = re.sub(r"(?<!\\)#(?=#*$)", r"\\#", read_text)
        mark = token("T", len(self.reader.headings) - 1)
        self._emit([f"{'#' * level} {mark}{read_text}"], "heading")

    def _underline(self, number: int, line: str) -> bool:
        found = _UNDERLINE.match(line)
        if not found or len(self.paragraph) != 1:
            return False
        if found[1][0] == "-" and len(found[1]) < 2:
            return False
        (above, text), self.paragraph = self.paragraph[0], []
        self.place += 1
        self._put_heading(1 if found[1][0] == "=" else 2, text, above)
        return True

    def _rule(self, number: int, line: str) -> bool:
        if not RULE.match(line):
            return False
        self._flush()
        self.place += 1
        self._emit(["***"], "rule")
        return True

    def _quote(self, number: int, line: str) -> bool:
        if not _QUOTE.match(line):
            return False
        self._flush()
        inner: list[Line] = []
        lazy = False
        while self.place < len(self.lines):
            n, text = self.lines[self.place]
            if _QUOTE.match(text):
                text = re.sub(r"^ {0,3}> ?", "", text)
                lazy = bool(text.strip()) and not self._begins(text)
            elif not (lazy and text.strip()) or self._begins(text):
                break
            inner.append((n, text))
            self.place += 1
        made = self.reader._blocks(inner, self.depth + 1)
        self._emit(
            [f"> {each}" if each.strip() else ">" for each in trimmed(made)] + ["", token("S")],
            "quote",
        )
        return True

    def _begins(self, line: str) -> bool:
        """Whether a line begins a block and so ends a paragraph that runs on lazily."""
        if not line.strip():
            return True
        if _DIV.match(line) or FENCE.match(line) or _HEADING.match(line) or RULE.match(line):
            return True
        if _QUOTE.match(line) or _HTML_DIV.match(line) or _HTML_DIV_END.match(line):
            return True
        return bool(_HTML.match(line)) or read_marker(line) is not None

    def _list(self, number: int, line: str) -> bool:
        marker = read_marker(line)
        if marker is None or marker.indent > 3:
            return False
        if self.paragraph and not (marker.text and marker.interrupts(self.paragraph[-1][1])):
            return False
        if marker.style not in {"*", "1"} and not self._next_letter(marker):
            return False
        self._flush()
        items: list[list[Line]] = []
        first = marker
        while self.place < len(self.lines):
            again = read_marker(self.lines[self.place][1])
            if again is None or not first.sibling(again):
                break
            items.append(self._item(again))
            while self.place < len(self.lines) and not self.lines[self.place][1].strip():
                self.place += 1
        self._put_list(first, items)
        return True

    def _next_letter(self, marker: Marker) -> bool:
        """A list by letters is one only if a second letter follows."""
        for _, text in self.lines[self.place + 1 : self.place + 40]:
            other = read_marker(text)
            if (
                other
                and other.indent == marker.indent
                and other.style == marker.style
                and other.close == marker.close
                and other.number == marker.number + 1
            ):
                return True
        return False

    def _item(self, marker: Marker) -> list[Line]:
        """The lines of one item, with the indentation of the list taken away."""
        number = self.lines[self.place][0]
        self.place += 1
        inner: list[Line] = [(number, marker.text)]
        fence = opened_fence(marker.text)
        content = marker.content
        blank = False
        lazy_ok = not fence and not self._begins(marker.text)
        while self.place < len(self.lines):
            n, text = self.lines[self.place]
            if not text.strip():
                inner.append((n, ""))
                blank = True
                self.place += 1
                continue
            indent = indent_of(text)
            other = read_marker(text)
            if fence:
                if indent < content and not self._closes_later(fence):
                    break
                text = text[min(indent, content) :]
                end = FENCE.match(text.strip())
                if end and end[2].startswith(fence) and not end[3].strip():
                    fence = ""
                    lazy_ok = False
            elif indent >= content:
                text = text[content:]
                fence = opened_fence(text)
                lazy_ok = not fence and not (self._begins(text) and read_marker(text) is None)
            elif indent >= marker.indent + 2:
                content = indent
                text = text[indent:]
                fence = opened_fence(text)
                lazy_ok = not fence and not (self._begins(text) and other is None)
            elif blank or not lazy_ok or self._begins(text) or self._table_ahead():
                break
            else:
                text = text.lstrip(" ")
            blank = False
            inner.append((n, text))
            self.place += 1
        while inner and not inner[-1][1].strip() and len(inner) > 1:
            inner.pop()
        return inner

    def _closes_later(self, fence: str) -> bool:
        for _, text in self.lines[self.place : self.place + 400]:
            end = FENCE.match(text.strip())
            if end and end[2].startswith(fence) and not end[3].strip():
                return True
        return False

    def _put_list(self, first: Marker, items: list[list[Line]]) -> None:
        mark = ""
        if first.style != "*" and (first.number != 1 or first.style != "1"):
            self.reader.numberings.append(Numbering(first.number, first.style))
            mark = token("L", len(self.reader.numberings) - 1)
        out: list[str] = []
        for count, inner in enumerate(items, 1):
            number, text = inner[0]
            choice = _CHOICE.match(text)
            tick = ""
            if choice:
                self.reader.choices.append((choice[1] != " ", number))
                tick = token("O", len(self.reader.choices) - 1)
                inner = [(number, text[choice.end() :]), *inner[1:]]
            made = trimmed(self.reader._blocks(inner, self.depth + 1)) or [""]
            if tick or (mark and count == 1) or not made[0].strip():
                lead = (mark if count == 1 else "") + tick
                if is_own_line(made[0]):
                    made = [lead or token("N"), "", *made]
                else:
                    made[0] = (lead or token("N")) + made[0]
            bullet = "-   " if first.style == "*" else f"{count}.  "
            out.append(bullet + made[0])
            out += shifted(made[1:])
            out.append("")
        self._emit([*out, token("S")], "list")

    def _html(self, number: int, line: str) -> bool:
        found = _HTML.match(line)
        if not found:
            return False
        self._flush()
        tag = found[1].lower()
        end = self._html_end(tag)
        text = "\n".join(each for _, each in self.lines[self.place : end])
        for n, each in self.lines[self.place : end]:
            self.reader.inline.check_html(each, n)
        self.place = end
        self.reader.raw.append((text, number))
        self._emit([token("H", len(self.reader.raw) - 1)], "html")
        return True

    def _html_end(self, tag: str) -> int:
        """The line after the one that closes a tag; if none does, after the paragraph."""
        depth = 0
        tags = re.compile(rf"<(/?){tag}\b", re.IGNORECASE)
        if tag in {"hr", "col", "link", "frame", "embed"}:
            return self.place + 1
        for ahead in range(self.place, min(self.place + 2_000, len(self.lines))):
            for found in tags.finditer(self.lines[ahead][1]):
                depth += -1 if found[1] else 1
            if depth <= 0:
                return ahead + 1
            if _DIV.match(self.lines[ahead][1]) and tag not in {"pre", "script", "style"}:
                break
        for ahead in range(self.place + 1, len(self.lines)):
            text = self.lines[ahead][1]
            if not text.strip() or _DIV.match(text):
                return ahead
        return max(self.place + 1, len(self.lines))

    def _table_ahead(self) -> bool:
        if self.place + 1 >= len(self.lines):
            return False
        line, below = self.lines[self.place][1], self.lines[self.place + 1][1]
        return "|" in line and "|" in below and bool(_TABLE_LINE.match(below))

    def _table(self, number: int, line: str) -> bool:
        if not self._table_ahead() or indent_of(line) > 3:
            return False
        self._flush()
        rows: list[Line] = []
        while self.place < len(self.lines):
            n, text = self.lines[self.place]
            if not text.strip() or "|" not in text or _DIV.match(text):
                break
            rows.append((n, text.strip()))
            self.place += 1
        made = self.reader.inline.read(rows).split("\n")
        cells = count_cells(made[0])
        for (n, _), text in zip(rows[2:], made[2:], strict=False):
            if count_cells(text) > cells:
                self.reader.problems.warning(
                    n, f"This row has more cells than the {cells} of the table.",
                    "Write a | within a cell as \\|.",
                )  # fmt: skip
        self._emit(made, "table")
        self._table_caption()
        return True

    def _table_caption(self) -> None:
        ahead = self.place
        while ahead < len(self.lines) and not self.lines[ahead][1].strip():
            ahead += 1
        if ahead < len(self.lines):
            number, text = self.lines[ahead]
            found = re.match(r"^ {0,3}(?:[Tt]able:|:)[ ]+(\S.*)$", text)
            if found:
                caption = self.reader.inline.read([(number, found[1])])
                self._emit([token("K") + caption], "caption")
                self.place = ahead + 1

    def _footnote(self, number: int, line: str) -> bool:
        found = _FOOTNOTE.match(line)
        if not found:
            return False
        self._flush()
        self.place += 1
        name = found[1]
        if name in self.reader.inline.note_names:
            self.reader.problems.error(
                number, f"The footnote [^{name}] is there twice.", "Give one of them another name."
            )
        self.reader.inline.note_names.add(name)
        inner = [(number, found[2]), *self._hanging(4)]
        made = trimmed(self.reader._blocks(inner, self.depth + 1)) or [""]
        first = made[0] if not is_own_line(made[0]) else token("N")
        rest = made[1:] if not is_own_line(made[0]) else ["", *made]
        self.reader.footnotes += [f"[^{name}]: {first}", *shifted(rest), ""]
        self.last = "footnote"
        return True

    def _hanging(self, width: int) -> list[Line]:
        """Lines that belong to what stands before them: lazily, or indented after a blank."""
        inner: list[Line] = []
        blank = False
        while self.place < len(self.lines):
            n, text = self.lines[self.place]
            if not text.strip():
                blank = True
                inner.append((n, ""))
                self.place += 1
                continue
            indent = indent_of(text)
            if indent < 2 and (blank or self._begins(text) or _FOOTNOTE.match(text)):
                break
            if indent < 2 and _DEFINITION.match(text):
                break
            blank = False
            inner.append((n, text[min(indent, width) :]))
            self.place += 1
        while inner and not inner[-1][1]:
            inner.pop()
        return inner

    def _definition(self, number: int, line: str) -> bool:
        found = _DEFINITION.match(line)
        if not found:
            return False
        if self.paragraph:
            self._flush()
            self._drop_blanks()
        elif self.last == "paragraph":
            self._drop_blanks()
        elif self.last != "definition":
            return False
        self.place += 1
        width = min(found.end(), 4)
        inner = [(number, line[found.end() :]), *self._hanging(width)]
        made = trimmed(self.reader._blocks(inner, self.depth + 1)) or [""]
        if is_own_line(made[0]):
            made = [token("N"), "", *made]
        self._emit([f":   {made[0]}", *shifted(made[1:])], "definition")
        return True

    def _drop_blanks(self) -> None:
        while self.out and not self.out[-1]:
            self.out.pop()

    def _indented(self, number: int, line: str) -> bool:
        if self.paragraph or indent_of(line) < 4:
            return False
        text: list[str] = []
        while self.place < len(self.lines):
            inner = self.lines[self.place][1]
            if inner.strip() and indent_of(inner) < 4:
                break
            text.append(inner[4:])
            self.place += 1
        self._put_code("\n".join(text).rstrip("\n"), "", number)
        return True


def _kind(name: str) -> str:
    return OTHER_NAMES.get(name, name)
