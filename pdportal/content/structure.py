"""Rules of our dialect that look at all blocks of a text, before what stands in them is read."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.token import Token

from pdportal.content.attributes import read_attributes
from pdportal.content.divs import Div
from pdportal.content.problems import Problems
from pdportal.content.rules import line_of, problems_of
from pdportal.content.vocabulary import INTERACTIVE, NOTES

MAX_DIVS = 16
OPEN_BRACKETS = 60
MANY_QUOTES = 2_000
_CAPTION = re.compile(r"(?:[Tt]able:|:)[ ]+(?=\S)")


def add_rules(engine: MarkdownIt) -> None:
    """Put our rules after the blocks are read and before their text is."""
    ruler = engine.core.ruler
    for name, rule in (
        ("pair_divs", _pair_divs), ("headings", _headings), ("captions", _captions),
        ("code", _code), ("crowds", _crowds), ("footnote_names", _footnote_names),
    ):  # fmt: skip
        ruler.before("inline", name, rule)
    ruler.before("footnote_tail", "unused_footnotes", _unused_footnotes)


def _pair_divs(state: StateCore) -> None:
    """Pair the divs that open and close; one that is left open ends with what it stands in."""
    _Pairing(problems_of(state)).run(state)


class _Pairing:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.tokens: list[Token] = []
        self.open: list[Token | None] = []
        """Divs that are open, and None for each list, item or quote that is."""
        self.depth = 0
        self.had_notes = False
        """Whether a block for facilitators has ended; what follows may have been meant, too."""

    def run(self, state: StateCore) -> None:
        for token in state.tokens:
            if token.type == "div_open":
                self._start(token)
            elif token.type == "div_end":
                self._end(token.meta["html"], token.meta["line"])
            elif token.nesting == 1:
                self.open.append(None)
                self.tokens.append(token)
            elif token.nesting == -1:
                self._leave()
                self.open.pop()
                self.tokens.append(token)
            else:
                self.tokens.append(token)
        self._leave()
        state.tokens = self.tokens

    def _start(self, token: Token) -> None:
        token.nesting = 1
        if self.depth >= MAX_DIVS:
            self.problems.error(
                token.meta["div"].line, f"Blocks are nested more than {MAX_DIVS} deep here.",
                "Make it simpler.",
            )  # fmt: skip
            token.hidden = True
        self.depth += 1
        self.open.append(token)
        self.tokens.append(token)

    def _end(self, html: str, line: int) -> None:
        """Close the innermost div of `:::`, or of this HTML element."""
        opened = len(self.open) - 1
        while not html and opened >= 0 and (here := self.open[opened]) and here.meta["div"].html:
            opened -= 1
        opener = self.open[opened] if opened >= 0 else None
        if opener is not None and opener.meta["div"].html == html:
            while len(self.open) > opened + 1:
                self._close(unclosed=True)
            self._close()
        elif not html or self.had_notes:
            report = self.problems.error if self.had_notes else self.problems.warning
            closer = f"</{html}>" if html else ":::"
            report(line, f"This {closer} closes nothing.", "Delete it, or open a block before it.")

    def _leave(self) -> None:
        while self.open and self.open[-1] is not None:
            self._close(unclosed=True)

    def _close(self, *, unclosed: bool = False) -> None:
        opener = self.open.pop()
        if opener is None:
            return
        self.depth -= 1
        self.had_notes |= opener.meta["div"].kind in NOTES
        if unclosed and not opener.hidden:
            self._tell_unclosed(opener.meta["div"])
        closer = Token("div_close", "div", -1, hidden=opener.hidden, block=True)
        self.tokens.append(closer)

    def _tell_unclosed(self, div: Div) -> None:
        """What only some may see, or what is answered, must not swallow the rest of a page."""
        div.is_open = True
        report = self.problems.warning
        if div.kind in NOTES | INTERACTIVE:
            report = self.problems.error
        message = f"“{div.opener}” is opened here and never closed."
        report(
            div.line, message, f"Close it with </{div.html}>" if div.html else "Close it with :::"
        )


def _headings(state: StateCore) -> None:
    """Braces at the end of a heading are its attributes; a heading without words is told."""
    for number, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        words = state.tokens[number + 1]
        brace = words.content.rfind("{") if words.content.endswith("}") else -1
        read = read_attributes(words.content, brace) if brace >= 0 else None
        if read and read[1] == len(words.content):
            words.content = words.content[:brace].rstrip()
            token.meta["attributes"] = read[0]
        if not words.content and token.map:
            problems_of(state).warning(
                line_of(state, token.map[0]), "This heading is empty.", "Write it or delete it."
            )


def _captions(state: StateCore) -> None:
    """A paragraph below a table that begins with `Table:` or `:` is its caption."""
    tokens = state.tokens
    opened = 0
    for number, token in enumerate(tokens):
        if token.type == "table_open":
            opened = number
        elif token.type == "table_close" and number + 3 < len(tokens):
            words = tokens[number + 2]
            mark = _CAPTION.match(words.content)
            if tokens[number + 1].type == "paragraph_open" and mark:
                words.content = words.content[mark.end() :]
                caption = tokens[number + 1 : number + 4]
                caption[0].tag = caption[2].tag = "caption"
                caption[0].hidden = caption[2].hidden = False
                tokens[opened + 1 : number + 4] = [*caption, *tokens[opened + 1 : number + 1]]


def _code(state: StateCore) -> None:
    """Code that is never closed is an error, since all that follows is code."""
    lines = state.src.split("\n")
    for token in state.tokens:
        if token.type == "fence" and token.map:
            last = lines[min(token.map[1], len(lines)) - 1].strip(" \t>")
            if token.map[1] - token.map[0] < 2 or not last or last.strip(token.markup[0]):
                problems_of(state).error(
                    line_of(state, token.map[0]),
                    "This code block is opened and never closed.", f"Close it with {token.markup}",
                )  # fmt: skip


def _crowds(state: StateCore) -> None:
    """Text with more open brackets than anybody writes is shown as it was typed.

    The library would read it in a time that grows with the square of their number.
    """
    for token in state.tokens:
        if token.type != "inline" or len(token.content) < OPEN_BRACKETS:
            continue
        for opener, closer, what in (("[", "]", "brackets"), ("<!--", "-->", "comments")):
            if token.content.count(opener) - token.content.count(closer) > OPEN_BRACKETS:
                problems_of(state).warning(
                    line_of(state, token.map[0] if token.map else 0),
                    f"Many {what} are opened here and not closed.", f"Close them with {closer}.",
                )  # fmt: skip
                token.type = "text_block"


def quotes(state: StateCore) -> None:
    """The library's typographic quotes, in captions too, but not in a text of thousands."""
    for token in state.tokens:
        if token.type == "inline" and 0 < sum(map(token.content.count, "'\"")) < MANY_QUOTES:
            process_inlines(token.children or [], state)
            for child in token.children or ():
                if child.children:
                    process_inlines(child.children, state)


def _footnote_names(state: StateCore) -> None:
    """A name that two footnotes have, and a footnote within another, are errors.

    The library takes footnotes out of the text one by one; one within another stays where it is.
    """
    lines: dict[str, int] = state.env.setdefault("footnote_lines", {})
    tokens: list[Token] = []
    depth = 0
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            depth += 1
            name, line = token.meta["label"], line_of(state, token.map[0] if token.map else 0)
            fault = "is there twice" if name in lines else "stands within another footnote"
            if depth > 1 or name in lines:
                problems_of(state).error(
                    line,
                    f"The footnote [^{name}] {fault}.",
                    "Give it a place and a name of its own.",
                )
            lines.setdefault(name, line)
        outer = depth < 2
        if token.type == "footnote_reference_close":
            depth -= 1
        if outer or not token.type.startswith("footnote_reference"):
            tokens.append(token)
    state.tokens = tokens


def _unused_footnotes(state: StateCore) -> None:
    """The library leaves out footnotes that nothing refers to; they are told."""
    names: dict[str, int] = state.env.get("footnotes", {}).get("refs", {})
    for name, number in names.items():
        if number < 0:
            problems_of(state).warning(
                state.env["footnote_lines"].get(name[1:], 1),
                f"Nothing refers to the footnote [{'^' + name[1:]}], so it is left out.",
                f"Write [^{name[1:]}] where it belongs.",
            )
