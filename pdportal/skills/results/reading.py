"""Lists of results as providers export them: in any usual encoding and way to write a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from pdportal.folding import fold
from pdportal.web.errors import Refused
from pdportal.web.typed import one_line

MAX_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 100
ROLES = ("email", "course", "date", "result")
_SEPARATORS = ",;\t|"
_USUAL = {
    "email": ("email", "e-mail", "email address", "user email", "mail", "login", "username"),
    "course": ("course", "course name", "course title", "title", "competency", "skill", "module"),
    "date": ("date", "completed", "completion date", "date completed", "completed on", "end date"),
    "result": ("result", "level", "proficiency", "status", "outcome", "grade", "score"),
}
"""How columns are called, by what they hold; the first that fits is meant."""
_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y",
    "%d %B %Y", "%d.%m.%Y",
)  # fmt: skip
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y")


@dataclass(frozen=True)
class Sheet:
    """A list: its headings, and its rows with the line of the file on which each begins."""

    heads: list[str]
    rows: list[tuple[int, list[str]]]

    def column(self, head: str) -> list[str]:
        """What stands below a heading; "" where a row has no such cell, or nothing is so called."""
        at = self.heads.index(head) if head in self.heads else -1
        return [cells[at] if 0 <= at < len(cells) else "" for _line, cells in self.rows]


def read_sheet(data: bytes) -> Sheet:
    """Read a list; refused where it is none, or too long."""
    text = _text_of(data)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or "\0" in text:
        raise Refused(_("This is not a list with columns (CSV)."), status=422)
    head = lines[1] if lines[0].lower().startswith("sep=") and len(lines) > 1 else lines[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            cells = [one_line(cell) for cell in cells]
            if any(cells) and not cells[0].lower().startswith("sep="):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        raise Refused(_("Line %(line)s cannot be read.", line=begins), status=422) from None
    if len(rows) > MOST_ROWS:
        raise Refused(_("At most %(num)d lines at once, please.", num=MOST_ROWS), status=422)
    if max((len(cells) for _line, cells in rows), default=0) > MOST_COLUMNS:
        raise Refused(_("At most %(num)d columns, please.", num=MOST_COLUMNS), status=422)
    if len(rows) < 2:
        raise Refused(_("There are no lines below the headings."), status=422)
    return Sheet(rows[0][1], rows[1:])


def guess_columns(heads: list[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Which heading is what: as it was last time, else by its name."""
    folded = {fold(head): head for head in reversed(heads)}
    found = {}
    for role in ROLES:
        names = [name for name in _USUAL[role] if name in folded]
        usual = folded[names[0]] if names else ""
        found[role] = remembered[role] if remembered.get(role) in heads else usual
    return found


def read_days(texts: list[str]) -> list[date | None]:
    """Days as they are written; where it is 3/4, the whole column says which is the month."""
    day_first = any(_read_day(text, _MONTH_FIRST) is None and _read_day(text, _DAY_FIRST)
                    for text in texts)  # fmt: skip
    formats = (*_DAYS, *(_DAY_FIRST if day_first else _MONTH_FIRST))
    return [_read_day(text, formats) for text in texts]


def _read_day(text: str, formats: tuple[str, ...]) -> date | None:
    for written in (text, text.split("T")[0], text.split(" ")[0]):
        for form in formats:
            try:
                day = datetime.strptime(written, form).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
            return day if 2000 <= day.year <= 2200 else None
    return None


def _text_of(data: bytes) -> str:
    """UTF-8 or UTF-16 with their marks, else UTF-8, else what Excel writes in the west."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
