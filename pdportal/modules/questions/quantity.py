"""Numbers as people write them: with either decimal mark, thousands, fractions, a sign, a unit."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from pdportal.folding import fold

LONGEST = 60
PERCENT = {"%", "percent", "pct", "٪"}

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–—‒‐‑﹣－", "-"),
        **dict.fromkeys("⁄∕÷", "/"),
        **dict.fromkeys("'’ʼ٬\u00a0\u2009\u202f\t\n", " "),
        "٫": ".",
        "＋": "+",
    }
)
_NUMBER = re.compile(r"([-+]?)[ ]?([.,]?\d(?:[\d.,]|[ ](?=\d))*)(?:[ ]?/[ ]?(\d+))?")
_GROUPS = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}")
    for mark in " .,"
}


class Quantity(NamedTuple):
    """A number and the unit that was written with it, if any."""

    value: Fraction
    unit: str


def decimal_mark(language: str) -> str:
    """What stands before the decimals of a number in a language: `.` or `,`."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return "."
    return "," if locale.number_symbols.get("latn", {}).get("decimal") == "," else "."


def read_quantity(words: str, decimal: str) -> Quantity | None:
    """The number in a line, which may have a unit before or after it; None if there is none.

    A single mark before three digits is read as the language has it: `1,234` is a thousand and
    more where the decimal mark is a point. Every other mark speaks for itself.
    """
    text = "".join(_digit(letter) for letter in words[:LONGEST]).translate(_SIGNS).strip()
    match = _NUMBER.search(text)
    if match is None:
        return None
    sign, digits, below = match.groups()
    before, after = text[: match.start()].strip(), text[match.end() :].strip()
    if before.endswith("-") or before.startswith("-"):
        sign, before = "-", before.strip("- ")
    if re.search(r"[\d/]", before) or after[:1].isnumeric() or after.startswith(tuple("/.,+-")):
        return None
    value = _value(digits, below, decimal)
    if value is None:
        return None
    return Quantity(-value if sign == "-" else value, f"{before} {after}".strip())


def unit_name(unit: str) -> str:
    """What the ways to write a unit have in common."""
    name = fold(unicodedata.normalize("NFKC", unit)).replace(" ", "").strip(".")
    return "%" if name in PERCENT else name


def _digit(letter: str) -> str:
    """A digit of any script as one of ours, and ½ as 1/2."""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if unicodedata.category(letter) == "No" and "⁄" in unicodedata.normalize("NFKC", letter):
        return f" {unicodedata.normalize('NFKC', letter)}"
    return letter


def _value(digits: str, below: str | None, decimal: str) -> Fraction | None:
    if below is None:
        return _decimal(digits, decimal)
    whole, _, above = digits.rpartition(" ")
    if not above.isdecimal() or not int(below):
        return None
    first = _decimal(whole, decimal) if whole else Fraction(0)
    return None if first is None else first + Fraction(int(above), int(below))


def _decimal(digits: str, decimal: str) -> Fraction | None:
    whole, mark, rest = digits, "", ""
    for last in sorted(".,", key=digits.rfind):
        if last in digits:
            whole, mark, rest = digits.rpartition(last)
    if mark and (mark in whole or _is_grouped(whole, mark, rest, decimal)):
        whole, rest = digits, ""
    for sign in " .,":
        if _GROUPS[sign].fullmatch(whole):
            whole = whole.replace(sign, "")
    if not re.fullmatch(r"\d*", whole) or not re.fullmatch(r"\d*", rest) or not whole + rest:
        return None
    return Fraction(f"{whole or 0}.{rest or 0}")


def _is_grouped(whole: str, mark: str, rest: str, decimal: str) -> bool:
    """Whether the only mark of its kind stands before thousands, not before decimals."""
    other = "." if mark == "," else ","
    if other in whole or " " in whole:
        return False
    return len(rest) == 3 and mark != decimal and whole.strip("0") != "" and len(whole) <= 3
