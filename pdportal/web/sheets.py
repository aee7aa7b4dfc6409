"""Tables that people take along as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file in UTF-8 that spreadsheets open as it is; no cell of it is read as a formula."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    for row in (head, *rows):
        writer.writerow([_harmless(cell) for cell in row])
    answer = Response("\ufeff" + lines.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _harmless(cell: object) -> object:
    """Words that a spreadsheet would take for a formula get an apostrophe before them."""
    text = isinstance(cell, str) and cell.lstrip(" \u00a0\ufeff")
    return f"'{cell}" if text and text.startswith(_BEGINS_FORMULA) else cell
