"""How the items of lists are marked: by bullets, numbers or letters."""

import re
from dataclasses import dataclass

from pdportal.content.lines import RULE

ITEM = re.compile(
    r"^( *)(?:([-*+])|(\d{1,9})([.)])|([a-zA-Z]|[ivx]{2,6}|[IVX]{2,6})([.)])|\((\d{1,3})\))( +|$)"
)


@dataclass(frozen=True)
class Marker:
    """Where an item begins, how it counts, and where its text stands."""

    indent: int
    style: str
    number: int
    close: str
    content: int
    text: str

    def interrupts(self, above: str) -> bool:
        """Whether a list may begin right below a line of text."""
        if self.style == "*" or (self.style == "1" and self.number == 1):
            return True
        return (
            self.style == "1" and self.number < 100 and above.endswith((".", ":", "!", "?", "  "))
        )

    def sibling(self, other: "Marker") -> bool:
        """Whether both are items of one list, however sloppily indented."""
        if other.style != self.style or other.close != self.close:
            return False
        return abs(other.indent - self.indent) <= 2 and other.indent <= 5


def read_marker(line: str) -> Marker | None:
    """The marker a line begins with, if it begins an item."""
    found = ITEM.match(line)
    if not found or RULE.match(line):
        return None
    indent = len(found[1])
    rest = line[found.end() :]
    spaces = len(found[8])
    width = found.end()
    if not rest.strip():
        width = found.end() - spaces + 1
    elif spaces > 4:
        width = found.end() - spaces + 1
        rest = " " * (spaces - 1) + rest
    if found[2]:
        return Marker(indent, "*", 1, found[2], width, rest)
    if found[3]:
        return Marker(indent, "1", int(found[3]), found[4], width, rest)
    if found[7]:
        return Marker(indent, "1", int(found[7]), "()", width, rest)
    letters, close = found[5], found[6]
    if letters.isupper() and close == "." and spaces < 2:
        return None
    if len(letters) > 1 or letters in "iI":
        style = "i" if letters.islower() else "I"
        return Marker(indent, style, _roman(letters), close, width, rest)
    style = "a" if letters.islower() else "A"
    return Marker(indent, style, ord(letters.lower()) - 96, close, width, rest)


def _roman(letters: str) -> int:
    values = {"i": 1, "v": 5, "x": 10}
    total = 0
    digits = [values[each] for each in letters.lower()]
    for here, after in zip(digits, [*digits[1:], 0], strict=True):
        total += -here if here < after else here
    return max(total, 1)
