"""Block rules of our dialect, for markdown-it-py.

A rule gets the state, the first line and the line after the last, and whether it is only asked if
it would match (`silent`). Divs are put into the stream as `div_open` and `div_end`, flat, wherever
they stand; `structure.py` pairs them.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, html_block, table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore

from pdportal.content import divs
from pdportal.content.divs import HTML_WRAPPERS, Div
from pdportal.content.html import is_html
from pdportal.content.problems import Problems

MAX_DEPTH = 40
MANY_COMMENTS = 60
BAR = "\ue000"
"""Stands for a | within code or a formula while a table is cut into cells."""

_INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
_DIV = re.compile(r":{3,}")
_WRAPPER = re.compile(
    rf"<({HTML_WRAPPERS})\b([^<>]*)>[ \t]*(?:<summary[^<>]*>(.*?)</summary>)?[ \t]*$",
    re.IGNORECASE,
)
_WRAPPER_END = re.compile(rf"</({HTML_WRAPPERS})>[ \t]*$", re.IGNORECASE)
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)")
_SUMMARY = re.compile(r"<summary[^<>]*>(.*?)</summary>[ \t]*$", re.IGNORECASE)
_ADMONITION = re.compile(
    r"(!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+(?:inline|end))*((?:[ \t]+[\w-]+)*)"
    r'(?:[ \t]+"(.*)")?[ \t]*$'
)
_WITH_BARS = re.compile(r"(?<!`)`[^`\n]+`(?!`)|(?<![\\\w$])\$(?! )[^$`\n]+(?<! )\$(?!\d)")
_LATE_COMMENT = re.compile(
    r"^[ >\t]*(`{3,}|~{3,}).*?(?:^[ >\t]*\1|\Z)|(?<=\S)[ \t]*<!--(?:[^\n-]|-(?!->))*\n.*?-->",
    re.MULTILINE | re.DOTALL,
)


def add_rules(engine: MarkdownIt) -> None:
    """Put our rules before those of the library that would read the same lines."""
    engine.core.ruler.before("block", "comments", _comments)
    engine.core.ruler.before("block", "mask_bars", _mask_bars)
    engine.core.ruler.after("block", "unmask_bars", _unmask_bars)
    rule = engine.block.ruler
    rule.before("table", "too_deep", _too_deep)
    rule.at("table", _table, {"alt": ["paragraph", "reference"]})
    rule.before("fence", "div", _div, _INTERRUPTS)
    rule.before("fence", "admonition", _admonition)
    rule.before("html_block", "html_wrapper", _html_wrapper, _INTERRUPTS)
    rule.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})


def problems_of(state: StateBlock | StateCore) -> Problems:
    """Where the faults of this text are collected."""
    problems: Problems = state.env["problems"]
    return problems


def line_of(state: StateBlock | StateCore, line: int) -> int:
    """The number in its file of a line, which the library counts from 0."""
    first: int = state.env["first_line"]
    return line + first


def _line(state: StateBlock, line: int) -> str:
    """The text of a line as it was written, without its indentation."""
    return _masked(state, line).replace(BAR, "|")


def _masked(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _starts(state: StateBlock, line: int, characters: str) -> bool:
    """Whether the text of a line begins with one of the characters; the quick first question."""
    place = state.bMarks[line] + state.tShift[line]
    return place < state.eMarks[line] and state.src[place] in characters


def _put_div(state: StateBlock, div: Div) -> None:
    state.push("div_open", "div", 0).meta = {"div": div}


def _put_end(state: StateBlock, line: int, html: str = "") -> None:
    state.push("div_end", "div", 0).meta = {"html": html, "line": line_of(state, line)}


def _comments(state: StateCore) -> None:
    """Empty the lines of a comment that begins within a line of text and ends in another.

    The library reads lines before it reads text, and would find blocks in such a comment.
    """
    if state.src.count("<!--") - state.src.count("-->") > MANY_COMMENTS:
        return
    state.src = _LATE_COMMENT.sub(
        lambda match: match.group() if match[1] else "\n" * match.group().count("\n"), state.src
    )


def _mask_bars(state: StateCore) -> None:
    """Put a stand-in for each | in code or a formula, so that it cuts no cell of a table."""
    state.src = state.src.replace(BAR, "\ufffd")
    if "|" in state.src and "-|" in state.src.replace(":", "").replace(" ", ""):
        state.src = _WITH_BARS.sub(lambda match: match.group().replace("|", BAR), state.src)


def _unmask_bars(state: StateCore) -> None:
    if BAR in state.src:
        for token in state.tokens:
            token.content = token.content.replace(BAR, "|")
            token.info = token.info.replace(BAR, "|")


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Show as it was typed what the library would leave out because it is nested too deep."""
    if state.level < MAX_DEPTH or silent:
        return False
    if not state.env.get("too_deep"):
        state.env["too_deep"] = True
        problems_of(state).error(
            line_of(state, start), "Blocks are nested too deep here.", "Make it simpler."
        )
    state.push("paragraph_open", "p", 1)
    token = state.push("text_block", "", 0)
    token.content = _line(state, start)
    state.push("paragraph_close", "p", -1)
    state.line = start + 1
    return True


def _div(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: name {#id}` opens a div, `:::` closes the innermost one."""
    if not _starts(state, start, ":") or state.is_code_block(start):
        return False
    text = _line(state, start)
    fence = _DIV.match(text)
    if not fence or silent:
        return bool(fence)
    name = re.sub(r"\s*:*\s*$", "", text[fence.end() :]).strip()
    if name:
        _put_div(state, divs.fenced(name, line_of(state, start), problems_of(state)))
    else:
        _put_end(state, start)
    state.line = start + 1
    return True


def _html_wrapper(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line with nothing but `<div …>`, `<details>` or their like opens a div or closes one."""
    if not _starts(state, start, "<") or state.is_code_block(start):
        return False
    text = _line(state, start)
    opener, closer = _WRAPPER.match(text), _WRAPPER_END.match(text)
    if silent or not (opener or closer):
        return bool(opener or closer)
    state.line = start + 1
    if opener:
        tag, title = opener[1].lower(), opener[3] or ""
        if tag == "details" and not title:
            title = _summary(state, end)
        line = line_of(state, start)
        _put_div(state, divs.html_wrapper(tag, opener[2], title, line, problems_of(state)))
    elif closer:
        _put_end(state, start, closer[1].lower())
    return True


def _summary(state: StateBlock, end: int) -> str:
    """The summary on one of the next lines, which is then read."""
    for line in range(state.line, min(state.line + 3, end)):
        match = _SUMMARY.match(_line(state, line))
        if match:
            state.line = line + 1
            return match[1]
        if _line(state, line):
            break
    return ""


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`!!! name "title"` or `??? name` with its text below, indented by four spaces."""
    if silent or not _starts(state, start, "!?") or state.is_code_block(start):
        return False
    match = _ADMONITION.match(_line(state, start))
    if not match:
        return False
    indent = state.sCount[start] + 4
    last = next(
        (n for n in range(start + 1, end) if not state.isEmpty(n) and state.sCount[n] < indent), end
    )
    mark, name, classes, title = match.groups("")
    line = line_of(state, start)
    _put_div(state, divs.admonition(mark, name, classes, title, line, problems_of(state)))
    before = state.blkIndent, state.lineMax
    state.blkIndent, state.lineMax = indent, last
    state.md.block.tokenize(state, start + 1, last)
    state.blkIndent, state.lineMax = before
    _put_end(state, start)
    state.line = last
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's tables; cells that it leaves out are told."""
    if start + 1 >= end or not _starts(state, start + 1, "|-:"):
        return False
    before = len(state.tokens)
    matched = table(state, start, end, silent)
    if silent or not matched:
        return matched
    columns = sum(token.type == "th_open" for token in state.tokens[before:])
    for line in range(start + 2, state.line):
        cells = escapedSplit(_masked(state, line).strip().removeprefix("|"))
        if any(cell.strip() for cell in cells[columns:]):
            problems_of(state).warning(
                line_of(state, line), f"This row has more cells than the {columns} of the table.",
                "Write a | within a cell as \\|.",
            )  # fmt: skip
    return True


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's HTML blocks; one ends where a div begins or ends, too.

    What is in angle brackets and no element of HTML begins none: it is a word of a text.
    """
    if not _starts(state, start, "<"):
        return False
    tag = _TAG.match(_line(state, start))
    if not tag:
        return html_block(state, start, end, silent)
    if not is_html(tag[1].lower()):
        return False
    if not silent and tag[1].lower() not in {"script", "pre", "style", "textarea"}:
        for line in range(start + 1, end):
            text = _line(state, line)
            if _DIV.match(text) or _WRAPPER_END.match(text):
                end = line
            if not text or end == line:
                break
    return html_block(state, start, end, silent)
