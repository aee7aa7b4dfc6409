"""Functions of SQL that SQLAlchemy does not bring."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class comma_joined(FunctionElement[str]):  # noqa: N801 -- a function of SQL
    """Strings of many rows in one, with commas between, in no order.

    SQLAlchemy's own `aggregate_strings` puts its separator in anew at each execution.
    """

    type = String()
    inherit_cache = True


@compiles(comma_joined)
def _group_concat(element: comma_joined, compiler: SQLCompiler, **how: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **how)}, ',')"


@compiles(comma_joined, "postgresql")
def _string_agg(element: comma_joined, compiler: SQLCompiler, **how: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **how)}, ',')"
