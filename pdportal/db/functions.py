"""Functions of SQL as our statements use them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

_COMMA: Any = literal_column("','")  # in the text, so that the statement can be prepared


def comma_joined(strings: ColumnElement[str] | Any) -> ColumnElement[str]:
    """The strings of many rows in one, with commas between, in no order."""
    return func.aggregate_strings(strings, _COMMA)
