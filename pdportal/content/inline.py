"""Finds pictures, formulas, notes and links within a paragraph, and the line of each."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from pdportal.content.attributes import Attributes, read_attributes
from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.tokens import token

WINDOW = 6_000
OPEN_BRACKETS = 60
_UNWELCOME = re.compile(
    r"</?(script|iframe|object|embed|form|style|input|button|textarea|select|applet|meta|link)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<[a-zA-Z][\w+.-]{1,30}:[^<>\s]{1,2000}>")
_TARGET = re.compile(
    r"""\s*(?:<(?P<angle>[^<>\n]*)>|(?P<plain>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))
        (?:\s+(?:"(?P<d>(?:\\.|[^"\\])*)"|'(?P<s>(?:\\.|[^'\\])*)'|\((?P<p>[^()]*)\)))?\s*\)""",
    re.VERBOSE,
)
_LABEL = re.compile(r"\[([^\[\]]{0,500})\]")
_HREF = re.compile(r"""\b(?:href|src)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


@dataclass
class Image:
    """A picture as its author wrote it."""

    target: str
    line: int
    caption: str = ""
    title: str = ""
    reference: str = ""
    attributes: Attributes = field(default_factory=Attributes)
    raw: str = ""


@dataclass
class Formula:
    """TeX between dollar signs."""

    tex: str
    display: bool
    line: int
    raw: str


@dataclass
class Reference:
    """What `[label]: target "title"` defines."""

    target: str
    title: str
    line: int


class InlineReader:
    """Takes paragraphs in, gives them back with marks, and keeps what the marks stand for."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.images: list[Image] = []
        self.formulas: list[Formula] = []
        self.notes: list[str] = []
        self.note_names: set[str] = set()
        self.note_uses: list[tuple[str, int]] = []
        self.references: dict[str, Reference] = {}
        self.uses: list[tuple[str, int]] = []
        self.target_lines: dict[str, list[int]] = {}

    def read(self, lines: list[tuple[int, str]]) -> str:
        """The paragraph with its pictures and formulas replaced by marks."""
        text = "\n".join(line for _, line in lines)
        if text.count("[") - text.count("]") > OPEN_BRACKETS:
            self.problems.warning(
                lines[0][0], "Many brackets are opened here and not closed.", "Close them with ]."
            )
            return text.replace("[", "\\[")
        starts = [0]
        for _, line in lines:
            starts.append(starts[-1] + len(line) + 1)

        def line_at(place: int) -> int:
            return lines[min(bisect_right(starts, place), len(lines)) - 1][0]

        out: list[str] = []
        place = kept = 0
        no_code: set[int] = set()
        while place < len(text):
            char = text[place]
            if char not in "\\`!^$<[]":
                place += 1
                continue
            made: tuple[str, int] | None = None
            if char == "\\":
                if text.startswith("\\\n", place):
                    made = ("  \n", place + 2)
                else:
                    place += 2
                    continue
            elif char == "`":
                run = len(text) - place - len(text[place:].lstrip("`"))
                end = -1 if run in no_code else _code_end(text, place + run, run)
                if end < 0:
                    no_code.add(run)
                    place += run
                else:
                    place = end
                    extra = read_attributes(text, place, 200)
                    if extra:
                        out.append(text[kept:place])
                        place = kept = extra[1]
                continue
            elif char == "!" and text.startswith("![", place):
                made = self._image(text, place, line_at(place))
            elif char == "^" and text.startswith("^[", place):
                made = self._note(text, place)
            elif char == "$":
                made = self._formula(text, place, line_at(place))
            elif char == "<":
                place = self._tag(text, place, line_at(place))
                continue
            elif char == "[":
                self._footnote_use(text, place, line_at(place))
            elif char == "]":
                self._link(text, place, line_at(place))
            if made is None:
                place += 1
                continue
            out.append(text[kept:place])
            out.append(made[0])
            place = kept = made[1]
        out.append(text[kept:])
        return "".join(out)

    def line_of_target(self, target: str) -> int:
        """The line of the next link with this target, in the order they were written."""
        lines = self.target_lines.get(target)
        if not lines:
            return 0
        return lines.pop(0) if len(lines) > 1 else lines[0]

    def check_references(self) -> None:
        """Say which links and notes point at a label that nobody defines."""
        for name, line in self.uses:
            if name.lower() not in self.references:
                hint = did_you_mean(name.lower(), self.references, f"Add a line “[{name}]: …”.")
                self.problems.warning(line, f"The link [{name}] is not defined.", hint)
        for name, line in self.note_uses:
            if name not in self.note_names:
                hint = did_you_mean(name, self.note_names, f"Add a line “[^{name}]: …”.")
                self.problems.warning(line, f"The footnote [^{name}] is not there.", hint)

    def _image(self, text: str, place: int, line: int) -> tuple[str, int] | None:
        close = _bracket_end(text, place + 1)
        if close < 0:
            return None
        caption = text[place + 2 : close - 1]
        image = Image("", line, caption)
        end = close
        if text.startswith("(", close):
            found = _TARGET.match(text, close + 1, min(len(text), close + WINDOW))
            if not found:
                return None
            image.target = _unescaped(found["angle"] or found["plain"] or "")
            image.title = _unescaped(found["d"] or found["s"] or found["p"] or "")
            end = found.end()
        else:
            label = _LABEL.match(text, close)
            image.reference = " ".join(((label and label[1]) or caption).split()).lower()
            if label:
                end = label.end()
            elif image.reference not in self.references:
                return None
        extra = re.compile(r"[ \t]?").match(text, end)
        attributes = read_attributes(text, extra.end() if extra else end)
        if attributes:
            image.attributes, end = attributes
        image.raw = text[place:end]
        self.images.append(image)
        return token("I", len(self.images) - 1), end

    def _note(self, text: str, place: int) -> tuple[str, int] | None:
        close = _bracket_end(text, place + 1)
        if close < 0:
            return None
        self.notes.append(text[place + 2 : close - 1])
        name = f"inline-note-{len(self.notes)}"
        self.note_names.add(name)
        return f"[^{name}]", close

    def _formula(self, text: str, place: int, line: int) -> tuple[str, int] | None:
        display = text.startswith("$$", place)
        mark = "$$" if display else "$"
        start = place + len(mark)
        if display:
            end = text.find("$$", start, start + WINDOW)
            if end < 0 or not text[start:end].strip():
                return None
        else:
            found = re.compile(r"(?=\S)((?:\\.|[^$\\\n]|\n(?!\n)){1,1500}?)(?<=\S)\$(?!\d)").match(
                text, start
            )
            if not found or "`" in found[1]:
                return None
            end = found.end(1)
        after = end + len(mark)
        self.formulas.append(Formula(text[start:end].strip(), display, line, text[place:after]))
        return token("M", len(self.formulas) - 1), after

    def _tag(self, text: str, place: int, line: int) -> int:
        self.check_html(text[place : place + 40], line, at_start=True)
        found = _TAG.match(text, place)
        if not found:
            return place + 1
        self._note_targets(found.group(), line)
        return found.end()

    def check_html(self, html: str, line: int, *, at_start: bool = False) -> None:
        """Warn of elements that are taken out of every page."""
        found = _UNWELCOME.match(html) if at_start else _UNWELCOME.search(html)
        if found and not found.group().startswith("</"):
            name = found[1].lower()
            hint = (
                "Put a link to it instead."
                if name in {"iframe", "object", "embed"}
                else "Pages hold text, pictures and our own blocks."
            )
            self.problems.warning(line, f"<{name}> is taken out.", hint)
        if not at_start:
            self._note_targets(html, line)

    def _note_targets(self, html: str, line: int) -> None:
        for target in _HREF.findall(html):
            self.target_lines.setdefault(target, []).append(line)

    def _footnote_use(self, text: str, place: int, line: int) -> None:
        found = re.compile(r"\[\^([^\]\s]{1,80})\](?!:)").match(text, place)
        if found:
            self.note_uses.append((found[1], line))

    def _link(self, text: str, place: int, line: int) -> None:
        if text.startswith("](", place):
            found = _TARGET.match(text, place + 2, min(len(text), place + WINDOW))
            if found:
                target = _unescaped(found["angle"] or found["plain"] or "")
                self.target_lines.setdefault(target, []).append(line)
        elif text.startswith("][", place):
            label = _LABEL.match(text, place + 1)
            if label and label[1].strip() and not label[1].startswith("^"):
                self.uses.append((" ".join(label[1].split()), line))


def _bracket_end(text: str, place: int) -> int:
    """The place after the bracket that closes the one at `place`; -1 if none does."""
    depth = 0
    stop = min(len(text), place + WINDOW)
    while place < stop:
        char = text[place]
        if char == "\\":
            place += 1
        elif char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    return -1


def _code_end(text: str, place: int, run: int) -> int:
    for found in re.compile("`+").finditer(text, place):
        if len(found.group()) == run:
            return found.end()
    return -1


def _unescaped(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
