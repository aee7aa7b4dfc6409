"""What people type in works and comments, as safe HTML."""

import re
import threading
from collections.abc import Iterable
from itertools import takewhile
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from pdportal.content import inline_rules, lists

LIMIT: Final = 60_000
_TAGS: Final = {
    "p", "br", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "s",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}
_REL: Final = "noopener noreferrer nofollow"
_CROWD: Final = re.compile(r"[\[\]*_`<>~()!]{40,}|(?:[\[*_`<(!>]\s?){60,}")
_HEAVY: Final = 2_500
_LONG: Final = 3_000
_TICK: Final = re.compile(r"\[([ xX])\] +(?=\S)")
_SITE: Final = re.compile(
    r"(<a .*?</a>|<code>.*?</code>|<[^>]*>)|(?<![\w/.@])www\.[\w-]+\.[^\s<>\"']*[\w/]", re.DOTALL
)
_NOT_HERE: Final = (
    "html_block", "html_inline", "code", "reference", "lheading", "entity", "image",
)  # fmt: skip
"""What is no markup in words that people type: it is shown as it stands."""


def render_text(text: str) -> Markup:
    """Paragraphs, lists, emphasis, links and code; a line break stays, HTML is shown as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return Markup("")
    if is_heavy(text):
        return _plain(text)
    html = _engines.get().render(text)
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=_REL, url_schemes=_SCHEMES)
    clean = clean.replace("<s>", "<del>").replace("</s>", "</del>")
    clean = _SITE.sub(lambda m: m[1] or f'<a href="http://{m[0]}" rel="{_REL}">{m[0]}</a>', clean)
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


def _nest(state: StateCore) -> None:
    """Two blanks are enough to stand below an item."""
    lines = state.src.split("\n")
    lists.nest(lines)
    state.src = "\n".join(lines)


def _lists(state: StateCore) -> None:
    """Items of one paragraph each stand close, with blank lines too; those with [ ] get a box."""
    for number, token in enumerate(state.tokens):
        if token.type == "inline" and state.tokens[number - 2].type == "list_item_open":
            if tick := _TICK.match(token.content):
                box = "☐ " if tick[1] == " " else "☑ "
                token.content = box + token.content[tick.end() :]
        elif token.type == "fence" and token.markup.startswith("~"):
            token.content = f"{token.info}\n{token.content}".lstrip("\n")  # words, not a language
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            _close_up(token.level + 1, state.tokens[number + 1 :])


def _close_up(level: int, tokens: Iterable[Token]) -> None:
    """Let the items of a list stand close, which begins before these tokens, unless one is long."""
    paragraphs: list[Token] = []
    count, most = 0, 0
    for token in takewhile(lambda each: each.level >= level, tokens):
        if token.level == level:  # an item begins or ends
            count = 0
        elif token.level == level + 1 and token.type in {"paragraph_open", "paragraph_close"}:
            paragraphs.append(token)
            count += 1
            most = max(most, count)
    for token in paragraphs:
        token.hidden = most <= 2


class _Engines(threading.local):
    """One engine a thread, made when first asked for."""

    def __init__(self) -> None:
        self.engine: MarkdownIt | None = None

    def get(self) -> MarkdownIt:
        """The engine of this thread."""
        if self.engine is None:
            options = {"html": False, "breaks": True, "maxNesting": 100}
            self.engine = MarkdownIt("commonmark", options).enable("strikethrough")
            self.engine.disable(list(_NOT_HERE))
            self.engine.inline.ruler.push("address", inline_rules.address)
            self.engine.core.ruler.before("block", "nest", _nest)
            self.engine.core.ruler.after("block", "lists", _lists)
        return self.engine


_engines = _Engines()


def _plain(text: str) -> Markup:
    """Text as it was typed, where reading it as Markdown would take too long."""
    paragraphs = [each for each in re.split(r"\n{2,}", text) if each.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>\n").join(each.split("\n"))) for each in paragraphs
    )
