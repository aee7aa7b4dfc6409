"""What people type in works and comments, as safe HTML."""

import re
import threading
from itertools import groupby
from typing import Final

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markupsafe import Markup

LIMIT: Final = 60_000
_TAGS: Final = {
    "p", "br", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "del",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}
_REL: Final = "noopener noreferrer nofollow"
_LINK_TO_NOWHERE: Final = re.compile(rf'<a rel="{_REL}">(.*?)</a>', re.DOTALL)
_CROWD: Final = re.compile(r"[\[\]*_`<>~()!]{40,}|(?:[\[*_`<(!>]\s?){60,}")
_HEAVY: Final = 2_500
_LONG: Final = 3_000
_ITEM: Final = re.compile(r"( *)(?:([-*+])|(\d{1,9})[.)]) +(?:\[([ xX])\] +)?(?=\S)")
_QUOTE: Final = re.compile(r" {0,3}> ?")
_BLOCK: Final = re.compile(r" {0,3}(?:#{1,6} |([-*_])(?: *\1){2,} *$)")
_RULE: Final = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")


def render_text(text: str) -> Markup:
    """Paragraphs, lists, emphasis, links and code; a line break stays, HTML is shown as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return Markup("")
    if is_heavy(text):
        return _plain(text)
    try:
        html = _engines.get().convert(text)
    except RecursionError:
        return _plain(text)
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=_REL, url_schemes=_SCHEMES)
    clean = _LINK_TO_NOWHERE.sub(r"\1", clean)
    clean = re.sub(r"<(/?)h([1-6])>", lambda m: f"<{m[1]}h{min(int(m[2]) + 3, 6)}>", clean)
    return Markup(clean.strip())  # noqa: S704 -- sanitised just before


def is_heavy(text: str) -> bool:
    """Whether it would take too long to read a text as Markdown: it is shown as it is."""
    return (
        len(text) > LIMIT
        or text.count("\n") > _LONG
        or _CROWD.search(text) is not None
        or sum(map(text.count, "[*_`<~")) > _HEAVY
    )


class _Lists(Preprocessor):
    """Lists as people type them: right below a line of text, and nested by two spaces.

    Python-Markdown wants a blank line above a list and four spaces a level. Its ways to read `#tag`
    and `[ ]` are not what people mean, either.
    """

    def run(self, lines: list[str]) -> list[str]:
        """The lines as the library wants them; what is quoted is read in the same way."""
        out: list[str] = []
        for quoted, group in groupby(lines, lambda line: bool(_QUOTE.match(line))):
            if quoted:
                inner = self.run([_QUOTE.sub("", line) for line in group])
                out += ["", *(f"> {line}" for line in inner)]
            else:
                out += _ListLines(out).read(list(group))
        return out


class _ListLines:
    """Lines outside of quotes, and the items that are open while they are read."""

    def __init__(self, above: list[str]) -> None:
        self.out: list[str] = []
        self.text_above = bool(above)
        self.open: list[tuple[int, bool]] = []
        """The indent of each item, and whether it has a number."""
        self.several = False
        """Whether the innermost item has several paragraphs."""

    def read(self, lines: list[str]) -> list[str]:
        blank = False
        for line in lines:
            item = None if _RULE.match(line) else _ITEM.match(line)
            if not line.strip():
                blank = True
                continue
            if item and (self.open or blank or not self.text_above or self._interrupts(item)):
                self._item(item, line[item.end() :], blank=blank)
            else:
                self._text(line, blank=blank)
            blank, self.text_above = False, True
        return [*self.out, "", ""] if blank else self.out

    def _interrupts(self, item: "re.Match[str]") -> bool:
        """Whether a list begins here, or a line of text that happens to begin with a number."""
        above = self.out[-1].rstrip()[-1:] if self.out else ""
        return not item[3] or item[3] == "1" or (len(item[3]) < 3 and above in {*".:!?"})

    def _item(self, item: "re.Match[str]", text: str, *, blank: bool) -> None:
        indent, numbered = len(item[1]), bool(item[3])
        sibling = None
        while self.open and indent < self.open[-1][0] + 2:
            sibling = self.open.pop()
        begins = sibling[1] != numbered if sibling else (blank or not self.open)
        if self.text_above and (begins or self.several):
            self.out.append("")
        tick = {"": "", " ": "☐ ", "x": "☑ "}[(item[4] or "").lower()]
        mark = item[2] or f"{item[3]}."
        self.out.append(f"{'    ' * len(self.open)}{mark} {tick}{text}")
        self.open.append((indent, numbered))
        self.several = False

    def _text(self, line: str, *, blank: bool) -> None:
        indent = len(line) - len(line.lstrip(" "))
        if blank or (_BLOCK.match(line) and indent < 2):
            while self.open and indent < self.open[-1][0] + 2:
                self.open.pop()
            self.several = bool(self.open)
            self.out.append("")
        depth = "    " * len(self.open) if self.several else ""
        self.out.append(depth + re.sub(r"^(?=#{1,6}[^\s#])", r"\\", line.lstrip(" ")))


class _AsTyped(Extension):
    """What people type: no HTML, no pictures, no definitions, no code by indentation."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 -- the library's name
        """Take away what is not markup here, and add the lists."""
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_Lists(md), "lists", 20)
        for name in ("reference", "code", "setextheader"):
            md.parser.blockprocessors.deregister(name)
        for name in (
            "html", "entity", "image_link", "image_reference", "short_image_ref", "reference",
            "short_reference",
        ):  # fmt: skip
            md.inlinePatterns.deregister(name)


class _Engines(threading.local):
    """One engine a thread, made when first asked for."""

    def __init__(self) -> None:
        self.engine: Markdown | None = None

    def get(self) -> Markdown:
        """The engine, remembering nothing of the text before."""
        if self.engine is None:
            self.engine = Markdown(
                extensions=[
                    "nl2br", "sane_lists", "fenced_code", "pymdownx.tilde", "pymdownx.magiclink",
                    _AsTyped(),
                ],
                extension_configs={"pymdownx.tilde": {"subscript": False}},
            )  # fmt: skip
        return self.engine.reset()


_engines = _Engines()


def _plain(text: str) -> Markup:
    """Text as it was typed, where reading it as Markdown would take too long."""
    paragraphs = [each for each in re.split(r"\n{2,}", text) if each.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>\n").join(each.split("\n"))) for each in paragraphs
    )
