"""Inline rules of our dialect, for markdown-it-py: attributes in braces, and bare addresses.

The library's plugin for attributes reads no single quotes and no braces within quotes, of which the
descriptions of pictures are full; our own reader does (`attributes.py`). Its search for links takes
`module.md` for a site, and a tenth of the time of a page.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from pdportal.content.attributes import read_attributes

_PARTS = {
    ":": (
        re.compile(r"(?<![\w/.])https?$"),
        re.compile(r"://(?:[^\s<>()\[\]\"`|]|\([^\s<>()]*\))*(?<![.,:;!?'*_~/])/?"),
        "",
    ),
    "@": (re.compile(r"(?<!\w)[\w.+-]+$"), re.compile(r"@[\w-]+(?:\.[\w-]+)+"), "mailto:"),
}
_AFTER = frozenset({"image", "code_inline", "link_close"})


def add_rules(engine: MarkdownIt) -> None:
    """Ask after all rules of the library."""
    engine.inline.ruler.push("attributes", _attributes)
    engine.inline.ruler.push("address", _address)


def _address(state: StateInline, silent: bool) -> bool:
    """`https://…` and `ada@example.org` in running text are links.

    The punctuation that ends a sentence is not part of them.
    """
    mark = state.src[state.pos]
    if silent or state.linkLevel or mark not in _PARTS:
        return False
    before, after, prefix = _PARTS[mark]
    start = before.search(state.pending[-80:])
    rest = after.match(state.src, state.pos, state.posMax)
    if not start or not rest:
        return False
    state.pending = state.pending[: len(state.pending) - len(start.group())]
    text = start.group() + rest.group()
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": state.md.normalizeLink(prefix + text)}
    token.info = "auto"
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1).info = "auto"
    state.pos = rest.end()
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """`{#id key="value"}` right after a picture, a link or code; one space may stand between."""
    if silent or state.src[state.pos] != "{" or not state.tokens or state.pending.strip(" "):
        return False
    token = state.tokens[-1]
    if token.type not in _AFTER or len(state.pending) > (token.type == "image"):
        return False
    read = read_attributes(state.src, state.pos)
    if read is None or read[1] > state.posMax:
        return False
    state.pending = ""
    token.meta["attributes"] = read[0]
    state.pos = read[1]
    return True
