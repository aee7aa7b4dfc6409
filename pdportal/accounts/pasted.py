"""Lists of people as they are pasted: from mail, from a spreadsheet, or typed one to a line.

Every address becomes one person or one fault; none is passed over. The words beside an address
are the name, as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from flask_babel import gettext as _

from pdportal.accounts.addresses import read_address
from pdportal.web.typed import has_visible, one_line, trimmed

LONGEST_NAME = 120
MOST_AT_ONCE = 300
LINES_OF_A_CELL = 5
"""A quoted cell of a spreadsheet may have line breaks: so many lines at the most."""

_UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF))
_WIDE = str.maketrans("＠＜＞，；、｜：（）", "@<>,;,|:()")
_ADDRESS = re.compile(
    r"(?:mailto:\s*)?(?P<address>[^\s<>,;:\"()\[\]{}|?/=]+@[^\s<>,;:\"()\[\]{}|?/]+)"
    r"(?:\?[^\s<>,;\"|]*)?",
    re.IGNORECASE,
)
_AROUND = "'‘’“”«»*•. "
"""What may stand at an address and is no part of it."""
_LINK = re.compile(
    r"""<a\s[^<>]*?href\s*=\s*["']?\s*mailto:(?P<address>[^"'<>?\s]+)[^<>]*>(?P<words>.{0,400}?)</a\s*>"""
    r"""|=HYPERLINK\(\s*"mailto:(?P<cell>[^"?]+)[^"]*"\s*[,;]\s*"(?P<shown>[^"]*)"\s*\)""",
    re.IGNORECASE | re.DOTALL,
)
"""Words that are linked to an address, in the source of a page or in a spreadsheet."""
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>a|b|br|div|em|font|i|li|ol|p|span|strong|table|tbody|td|th|thead|tr|u|ul)"
    r"(?:\s[^<>@]*)?/?>(?P<last>\n?)",
    re.IGNORECASE,
)
_OPEN_CELL = re.compile(r'(?:^|[\t,;])\s*"(?:[^"]|"")*$')
_CELL = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=[\t,;|<]|$)|[^\t,;|]*')
_FORMULA = re.compile(r'(^|[\t,;])\s*=(?=")', re.MULTILINE)
"""A cell that a spreadsheet wrote as `="Ada"`, so that it stays text."""
_MARK = re.compile(r"^(?:[-*•·–—▪◦‣]|\d{1,4}[.)]|\(\d{1,4}\))\s+")
_QUOTES = {("'", "'"), ("‘", "’"), ("“", "”"), ("„", "“"), ("«", "»"), ("(", ")")}
_JOINING = {"and", "or", "y", "und", "et", "e", "&"}
_EDGES = re.compile(
    r"^(?:[\s<>\[\]){}]|[-–—=:&]+>?\s)+|(?:[\s<>\[\]({}&]|(?<=[\s=–—-])[-–—=>]|[=:])+$"
)
"""What stands between a name and an address, and belongs to neither."""
_LABEL = re.compile(
    r"^.*\b(?:to|cc|bcc|from)\s*:|\b(?:e-?mail|mail|name)\s*:|\bhttps?:\S*", re.IGNORECASE
)
"""What stands before a name and is none, with the line of a mail that it follows; and links."""

_HEADS = (
    ("email", ("mail", "correo", "courriel")),
    (
        "",
        ("school", "district", "building", "campus", "role", "user", "login", "department", " id"),
    ),
    ("email", ("address", "adresse", "dirección")),
    ("given", ("first", "given", "forename", "vorname", "prénom", "nombre")),
    ("family", ("last", "family", "surname", "nachname", "apellido", "nom")),
    ("name", ("name", "teacher", "staff", "who")),
)
"""Words in the headings of a spreadsheet, by what stands in their column; the first that fits."""


@dataclass(frozen=True)
class Guest:
    """Somebody on the list, by the line where they stand."""

    line: int
    name: str
    email: str


@dataclass(frozen=True)
class Fault:
    """A line that cannot be read or will not do: what it says, and why."""

    line: int
    message: str
    text: str = ""


@dataclass
class Pasted:
    """What was read of a list, in the order of its lines."""

    guests: list[Guest] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    headings: tuple[int, str] | None = None
    """The line that was taken as the headings of a spreadsheet, with its number."""


def read_people(text: str) -> Pasted:
    """Everybody on a pasted list, and each line that cannot be read.

    Takes `Ada Okafor <ada@school.org>`, `Okafor, Ada <…>`, several on a line, cells parted by tabs,
    commas or semicolons with their quotes and headings, and addresses alone.
    """
    read = Pasted()
    first_lines: dict[str, int] = {}
    heads: list[str] | None = None
    for number, record in _records(text):
        if heads is None:
            heads = _heads(record)
            if heads:
                read.headings = number, _shown(record)
                continue
        for guest in _read_record(number, record, heads, read.faults):
            if guest.email in first_lines:
                message = _("The same address as in line %(line)s.", line=first_lines[guest.email])
                read.faults.append(Fault(number, message, guest.email))
                continue
            first_lines[guest.email] = number
            read.guests.append(guest)
    if len(read.guests) > MOST_AT_ONCE:
        message = _(
            "At most %(count)s people at once; take this line and the rest in a second list.",
            count=MOST_AT_ONCE,
        )
        read.faults.append(Fault(read.guests[MOST_AT_ONCE].line, message))
    read.faults.sort(key=lambda fault: fault.line)
    return read


def _records(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers; a quoted cell may go over several."""
    text = _without_tags(text.translate(_UNSEEN).translate(_WIDE))
    lines = _FORMULA.sub(r"\1", text).splitlines()
    number = 0
    while number < len(lines):
        count = _lines_of_cell(lines, number)
        record = " ".join(lines[number : number + count])
        if has_visible(record):
            yield number + 1, record
        number += count


def _without_tags(text: str) -> str:
    """The same list where it is the source of a page: each link as its words and its address."""
    plain = _TAG.sub(_as_text, _LINK.sub(_as_address, text))
    return text if plain == text else unescape(plain)


def _as_address(link: re.Match[str]) -> str:
    address = link["address"] or link["cell"]
    words = one_line(_TAG.sub(" ", link["words"] or link["shown"]))
    return words if address in words else f"{words} &lt;{address}&gt;"


def _as_text(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name in {"td", "th"}:
        return ("\t" if tag["end"] else "") + tag["last"]
    if name == "br" or (tag["end"] and name in {"div", "li", "p", "tr"}):
        return "\n"
    return tag["last"]


def _lines_of_cell(lines: list[str], start: int) -> int:
    if not _OPEN_CELL.search(lines[start]):
        return 1
    for count in range(2, LINES_OF_A_CELL + 1):
        joined = " ".join(lines[start : start + count])
        if start + count <= len(lines) and joined.count('"') % 2 == 0:
            return count
    return 1


def _heads(record: str) -> list[str]:
    """What stands in each column, if the first line is the headings of a list; else nothing."""
    if "@" in record:
        return []
    heads = [_head(cell.lower()) for cell in _cells(record)]
    return heads if "email" in heads else []


def _head(cell: str) -> str:
    return next((kind for kind, words in _HEADS if any(w in cell for w in words)), "")


def _read_record(
    number: int, record: str, heads: list[str] | None, faults: list[Fault]
) -> Iterator[Guest]:
    found = [pair for part in _parts(record) for pair in _pairs(part)]
    if re.search(r"\S@|@\S", _ADDRESS.sub("", record)):
        message = _("There is an @ in this line that belongs to no address.")
        faults.append(Fault(number, message, _shown(record)))
    elif not found:
        faults.append(Fault(number, _("There is no address in this line."), _shown(record)))
    names: dict[str, str] = {}
    for name, typed in found:
        try:
            address = read_address(typed.strip(_AROUND))
        except ValueError as error:
            faults.append(Fault(number, str(error), _shown(record)))
            continue
        names[address] = names.get(address) or name
    if heads:
        names = {address: _named_by(heads, record) or name for address, name in names.items()}
    for address, name in names.items():
        if len(name) > LONGEST_NAME:
            message = _("The name is longer than %(count)s characters.", count=LONGEST_NAME)
            faults.append(Fault(number, message, _shown(record)))
        else:
            yield Guest(number, name, address)


def _parts(record: str) -> list[str]:
    """The parts between semicolons, if each has an address: `ada@…, Ada; ben@…, Ben`."""
    parts = [part for part in record.split(";") if has_visible(part)]
    return parts if all(_ADDRESS.search(part) for part in parts) else [record]


def _pairs(part: str) -> list[tuple[str, str]]:
    """Each address with the name that belongs to it, before it or else after it."""
    matches = list(_ADDRESS.finditer(part))
    ends = [0, *(match.end() for match in matches)]
    starts = [*(match.start() for match in matches), len(part)]
    between = [part[end:start] for end, start in zip(ends, starts, strict=True)]
    names = [_name(text, alone=len(matches) == 1) for text in between]
    is_bracketed = any(text.rstrip().endswith("<") for text in between)
    follows = not names[0] and not is_bracketed
    return [
        (names[index + 1] if follows else names[index], match["address"])
        for index, match in enumerate(matches)
    ]


def _name(text: str, *, alone: bool) -> str:
    """A name from what stands beside an address: its cells, without their quotes and marks.

    Before several addresses, what ends in a colon is the name of their group: `Team: a@…, b@…`.
    """
    if not alone and trimmed(text).endswith(":"):
        return ""
    text = _EDGES.sub("", trimmed(_LABEL.sub(" ", text)))
    cells = [_beside_colon(cell) for cell in _cells(text)]
    cells = [cell for cell in cells if _says_name(cell)]
    name = _unquoted((" " if "\t" in text or "|" in text else ", ").join(cells))
    first, _blank, rest = _MARK.sub("", name).partition(" ")
    return one_line(rest if rest and first in _JOINING else f"{first} {rest}")


def _beside_colon(cell: str) -> str:
    """`Teacher: Ada` is Ada, `Ada: Math` is Ada, too: what a column may be called is no name."""
    before, _colon, after = (part.strip() for part in cell.partition(":"))
    if not _says_name(after):
        return before
    return after if not _says_name(before) or _head(before.lower()) else before


def _says_name(cell: str) -> bool:
    return cell.lower() not in _JOINING and any(letter.isalnum() for letter in cell)


def _cells(text: str) -> list[str]:
    """The cells of a line, parted by tabs, commas, semicolons or bars."""
    cells, at = [], 0
    while at <= len(text):
        match = _CELL.match(text, at)
        assert match is not None  # noqa: S101  # the pattern also fits nothing
        quoted = match[1]
        cells.append(_unquoted(match[0]) if quoted is None else quoted.replace('""', '"'))
        at = match.end() + 1
    return [one_line(cell) for cell in cells]


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1] if len(cell) > 2 and (cell[0], cell[-1]) in _QUOTES else cell


def _named_by(heads: list[str], record: str) -> str:
    """The name from the columns that the headings tell; "" if this line has other columns.

    An address outside its own column has its name beside it, whatever the headings say.
    """
    cells = _cells(record)
    columns_fit = len(cells) == len(heads) and not any(
        _ADDRESS.search(cell) for head, cell in zip(heads, cells, strict=True) if head != "email"
    )
    if not columns_fit:
        return ""
    columns: dict[str, list[str]] = {}
    for head, cell in zip(heads, cells, strict=True):
        if _says_name(cell):
            columns.setdefault(head, []).append(cell)
    named = columns.get("name", [])[:1]
    return " ".join(named or [*columns.get("given", []), *columns.get("family", [])])


def _shown(record: str) -> str:
    return one_line(record)[:120]
