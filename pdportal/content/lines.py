"""What a single line of Markdown says by itself."""

import re

FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})(.*)$")
RULE = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")


def without_tabs(line: str) -> str:
    """Tabs become spaces, to the next multiple of four."""
    return line.expandtabs(4) if "\t" in line else line


def indent_of(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def trimmed(lines: list[str]) -> list[str]:
    """Lines without the blank ones before and after."""
    while lines and not lines[-1].strip():
        lines.pop()
    start = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    return lines[start:]


def shifted(lines: list[str]) -> list[str]:
    """Lines as part of what an item or a note holds."""
    return ["    " + line if line.strip() else "" for line in lines]


def is_own_line(line: str) -> bool:
    """Whether a line is a mark or a block that must stand in a paragraph of its own."""
    return bool(
        re.match(
            "^(?:\ue000[DEFHS]\\d*\ue001$|#|>|-   |\\d+\\.  |\\*\\*\\*$|\\||\\[\\^|\\*\\[)", line
        )
    )


def opened_fence(line: str) -> str:
    """The fence of a code block that a line opens, or nothing."""
    found = FENCE.match(line)
    if found and not (found[2][0] == "`" and "`" in found[3]):
        return found[2]
    return ""


def language_of(info: str) -> str:
    """The language that the words after a fence name."""
    info = info.strip()
    braced = re.match(r"^\{[.=]?\s*([\w+#-]+)", info)
    word = braced[1] if braced else (info.split() or [""])[0]
    return re.sub(r"[^\w+#.-]", "", word).lower()[:30]


def count_cells(row: str) -> int:
    """How many cells a row of a table has."""
    plain = re.sub(r"(`+).*?\1", "", row.replace("\\|", "")).strip()
    return len(plain.removeprefix("|").removesuffix("|").split("|"))


def looks_like_prose(target: str) -> bool:
    """Whether what follows a label in brackets is a sentence rather than an address."""
    return not target or target.endswith((",", ";")) or target.startswith(("**", "`", "“"))
