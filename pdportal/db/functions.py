"""Functions of SQL as our statements use them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_COMMA: Any = literal_column("','")  # in the text, so that the statement can be prepared


def comma_joined(strings: ColumnElement[str] | Any) -> ColumnElement[str]:
    """The strings of many rows in one, with commas between, in no order."""
    return func.aggregate_strings(strings, _COMMA)


class as_json(FunctionElement[str]):  # noqa: N801  # as other functions of SQL are written
    """The values of a row as one string, from which each follows."""

    type = String()
    inherit_cache = True


@compiles(as_json)
def _in_sqlite(function: as_json, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({compiler.process(function.clauses, **options)})"


@compiles(as_json, "postgresql")
def _in_postgresql(function: as_json, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_build_array({compiler.process(function.clauses, **options)}) AS TEXT)"
