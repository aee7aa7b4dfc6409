"""Lists as authors write them: by letters and Roman numbers, and nested by two spaces.

The library reads digits only, and nests below `1. ` what is indented by three. So lines are written
anew before it reads them, each as long as it was or indented further, and what is no list after all
is put back.
"""

import re
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

_LINE = re.compile(
    r"(?P<quote>(?:[ ]{0,3}>)*)(?P<indent>[ ]*)"
    r"(?:(?P<mark>[-*+]|(?:\d{1,9}|[a-zA-Z]|[ivxlc]{2,6}|[IVXLC]{2,6})[.)])(?P<gap>[ \t]+)(?=\S))?"
)
_FENCE = re.compile(r"(`{3,}|~{3,})(?P<rest>.*)")
_WRITTEN = re.compile(r"^([ >\t]*)0*1(?=[.)][ \t])")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class Item(NamedTuple):
    """An item of a list that is open."""

    indent: int
    """Where it was written, and where its text begins once it is moved."""
    text: int
    moved: int
    """By how much it and all that is in it are indented further."""
    number: int
    """The number after which the list goes on; 0 for one without numbers."""


class Letter(NamedTuple):
    """How an item by letters was written."""

    written: str
    style: str
    number: int


def add_rules(engine: MarkdownIt) -> None:
    """Write lines anew before they are read, and set the numbers right afterwards."""
    engine.core.ruler.before("block", "lists", _prepare)
    engine.core.ruler.after("block", "letters", _number)


def _prepare(state: StateCore) -> None:
    if not re.search(r"(?m)^[ >]*(?:[-*+]|[\da-zA-Z]{1,9}[.)])[ \t]", state.src):
        return
    lines = state.src.split("\n")
    letters = _letters(lines)
    for number in letters:
        match = _match(lines[number])
        start, end = match.start("mark"), match.end("mark") - 1
        lines[number] = lines[number][:start] + "1".zfill(end - start) + lines[number][end:]
    _nest(lines)
    state.src = "\n".join(lines)
    state.env["letters"] = letters


def _match(line: str) -> re.Match[str]:
    match = _LINE.match(line)
    assert match is not None  # noqa: S101 -- every part of it may be empty
    return match


def _letters(lines: list[str]) -> dict[int, Letter]:
    """The items by letters, by line: at least two that follow one another at the same place."""
    found: dict[int, Letter] = {}
    open_: dict[tuple[str, int], tuple[int, str]] = {}
    """By quotation and indentation: the line of the last mark, and the mark."""
    fence, blank = "", True
    for number, line in enumerate(lines):
        match = _match(line)
        was_in_fence, fence = bool(fence), _fence(fence, _FENCE.match(line, match.end()))
        text = line[match.end("indent") :].strip()
        blank = blank or not text or text.startswith((":::", "#"))
        if was_in_fence or fence or not text:
            continue
        indent, mark = len(match["indent"]), match["mark"] or ""
        for place in [each for each in open_ if each[1] > indent or each[0] != match["quote"]]:
            del open_[place]
        place = match["quote"], indent
        before = open_.get(place)
        if mark and not mark[0].isdigit() and mark not in "-*+":
            pair = _follow(before[1], mark, before[0] in found) if before else None
            if before and pair:
                found.setdefault(before[0], pair[0])
                found[number] = pair[1]
            open_[place] = (number, mark)
        elif mark or blank:
            open_.pop(place, None)
        blank = False
    return found


def _fence(fence: str, mark: re.Match[str] | None) -> str:
    """The fence of code that is open after a line with this mark."""
    if mark is None:
        return fence
    if not fence:
        return "" if mark[1][0] == "`" and "`" in mark["rest"] else mark[1]
    closes = mark[1].startswith(fence) and not mark["rest"].strip()
    return "" if closes else fence


def _follow(mark: str, following: str, is_item: bool) -> tuple[Letter, Letter] | None:
    """How both marks are numbered, if the second comes after the first.

    A list by capitals with full stops begins with the first: `B. Russell` is a name.
    """
    this, next_ = mark[:-1], following[:-1]
    if mark[-1] != following[-1] or this.islower() != next_.islower():
        return None
    if this.isupper() and mark[-1] == "." and this not in {"A", "I"} and not is_item:
        return None
    for count, style in ((_by_letter, "a"), (_by_roman, "i")):
        first, second = count(this), count(next_)
        if first and second == first + 1:
            style = style if this.islower() else style.upper()
            return Letter(this, style, first), Letter(next_, style, second)
    return None


def _by_letter(mark: str) -> int:
    return ord(mark.lower()) - ord("a") + 1 if len(mark) == 1 else 0


def _by_roman(mark: str) -> int:
    values = [_ROMAN.get(letter, 0) for letter in mark.lower()]
    if not values or 0 in values:
        return 0
    following = [*values[1:], 0]
    return sum(
        -value if value < following_value else value
        for value, following_value in zip(values, following, strict=True)
    )


def _nest(lines: list[str]) -> None:
    """Indent further what stands two or more blanks below an item and short of its text."""
    items: list[Item] = []
    quote, fence, blank = "", "", True
    for number, line in enumerate(lines):
        match = _match(line)
        start, indent = match.start("indent"), len(match["indent"])
        if not line[match.end("indent") :].strip():
            blank = True
            continue
        if match["quote"] != quote:
            quote, items = match["quote"], []
        was_in_fence, fence = bool(fence), _fence(fence, _FENCE.match(line, match.end()))
        mark = "" if was_in_fence else match["mark"] or ""
        sibling = None
        while items and not was_in_fence and indent <= items[-1].indent and (mark or blank):
            sibling = items.pop()
        blank = False
        moved = items[-1].moved if items else 0
        count = int(mark[:-1]) if mark[:-1].isdigit() else 0
        if mark and sibling and sibling.indent == indent:
            moved = sibling.moved
        elif mark and items and _belongs_inside(items[-1], indent, count):
            moved = items[-1].text - indent
        lines[number] = line[:start] + " " * moved + line[start:]
        if mark and "\t" not in match["gap"]:
            gap = len(match["gap"]) if len(match["gap"]) < 5 else 1
            items.append(Item(indent, indent + moved + len(mark) + gap, moved, count + 1))


def _belongs_inside(item: Item, indent: int, count: int) -> bool:
    """Whether a mark below an item, short of its text, is not the next of the same list."""
    short = item.indent + 2 <= indent and indent + item.moved < item.text
    return short and (count == 0 or count != item.number)


def _number(state: StateCore) -> None:
    """Set style and first number of lists by letters, and put back the letters of what is none."""
    letters: dict[int, Letter] = state.env.get("letters", {})
    if not letters:
        return
    read: set[int] = set()
    for token in state.tokens:
        line = token.map[0] if token.map else -1
        if token.type == "list_item_open":
            read.add(line)
        elif token.type == "ordered_list_open" and line in letters:
            letter = letters[line]
            token.attrs = {"type": letter.style}
            if letter.number > 1:
                token.attrs = {"start": letter.number, "type": letter.style}
    for token in state.tokens:
        if token.content and token.map:
            token.content = "\n".join(
                _put_back(text, letters.get(line) if line not in read else None)
                for line, text in enumerate(token.content.split("\n"), token.map[0])
            )


def _put_back(text: str, letter: Any) -> str:
    return _WRITTEN.sub(rf"\g<1>{letter.written}", text) if letter else text
