"""The engine that reads what authors write: markdown-it-py, its plugins, and the rules of ours.

`Commonmark` is the library as it stands. `Dialect` adds what lessons use beside it:
tables, footnotes, definition lists, formulas (plugins); fenced divs, admonitions, HTML wrappers,
attributes in braces and lists by letters (the modules it imports from here).
"""

import re
import threading
from collections.abc import Iterable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from pdportal.content import inline_rules, lists, rules, structure
from pdportal.content.problems import Problems

QUOTES = "“”‘’"
_WHOLE_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:|//")


class Commonmark(MarkdownIt):
    """CommonMark, passing every address: the tree and the sanitiser judge it, and tell."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"maxNesting": 100})

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name
        """Accept every address."""
        return True


class Dialect(Commonmark):
    """CommonMark with our dialect; `curly` sets typographic quotes, as English has them."""

    def __init__(self, *, curly: bool) -> None:
        super().__init__()
        self.options.update(
            {"tasklists": True, "store_labels": True, "typographer": curly, "quotes": QUOTES}
        )
        self.enable(["table", "strikethrough"])
        attrs_plugin(self, after=(), spans=True)
        sub_plugin(self)
        superscript_plugin(self)
        footnote_plugin(self)
        deflist_plugin(self)
        dollarmath_plugin(
            self, allow_labels=False, allow_space=False, allow_digits=False,
            allow_blank_lines=False, double_inline=True,
        )  # fmt: skip
        for part in (lists, rules, inline_rules, structure):
            part.add_rules(self)
        self.core.ruler.at("smartquotes", structure.quotes)
        if curly:
            self.enable("smartquotes")

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name
        """Escape whole addresses; those within a module stay as typed, since they name files."""
        return super().normalizeLink(url) if _WHOLE_ADDRESS.match(url) else url


class _Engines(threading.local):
    """One engine a thread and kind of quotes: making one costs as much as reading a page."""

    def __init__(self) -> None:
        self.by_quotes: dict[bool, Dialect] = {}

    def get(self, *, curly: bool) -> Dialect:
        """The engine of this thread."""
        if curly not in self.by_quotes:
            self.by_quotes[curly] = Dialect(curly=curly)
        return self.by_quotes[curly]


_engines = _Engines()


def read_tokens(
    text: str, problems: Problems, first_line: int, language: str
) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a text, and what it defines; what is wrong is added to `problems`."""
    env: dict[str, Any] = {"problems": problems, "first_line": first_line}
    engine = _engines.get(curly=language.lower().startswith("en"))
    return engine.parse(text, env), env


def words_of_tokens(tokens: Iterable[Token]) -> str:
    """The words of a caption, without its markup."""
    words: list[str] = []
    for token in tokens:
        if token.children:
            words.append(words_of_tokens(token.children))
        elif token.type in {"softbreak", "hardbreak"}:
            words.append("\n")
        elif token.type != "html_inline":
            words.append(token.content)
    return "".join(words)


def footnote_of(token: Token) -> tuple[int, str, str]:
    """The number of a footnote, the name its addresses end with, and the id of this use of it."""
    number = int(token.meta["id"]) + 1
    name = str(token.meta.get("label") or f"inline-note-{number}")
    name = name if re.fullmatch(r"[^\s\"'<>&]{1,80}", name) else str(number)
    again = token.meta.get("subId", 0)
    return number, name, f"fnref{again + 1 if again else ''}:{name}"
