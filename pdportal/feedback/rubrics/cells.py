"""A rubric as a grid: a row for each criterion, and in it what to work on, what is met, what goes
beyond.

A rubric is stored as a list of `content.criteria.Criterion`. A comment stands in one cell of it;
its evidence is the passage that it quotes, or the part of a picture, as in any comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from pdportal.content.criteria import Criterion
from pdportal.feedback.comments.answers import CommentKind

Rubric = Sequence[Criterion]
MOST_CRITERIA = 12


class Column(StrEnum):
    """Which side of a criterion; no order of merit, and nothing is counted."""

    TO_WORK_ON = "to_work_on"
    MET = "met"
    BEYOND = "beyond"

    @property
    def label(self) -> str:
        """What pages call it."""
        return _COLUMNS[self][0]

    @property
    def kind(self) -> CommentKind:
        """Of which kind the comments are that stand in it."""
        return _COLUMNS[self][1]


_COLUMNS = {
    Column.TO_WORK_ON: (_l("To work on"), CommentKind.SUGGESTION),
    Column.MET: (_l("Met"), CommentKind.STRENGTH),
    Column.BEYOND: (_l("Beyond"), CommentKind.STRENGTH),
}


@dataclass(frozen=True)
class Cell:
    """One column of one criterion."""

    column: Column
    criterion: Criterion
    number: int
    """The criterion's, from 1."""

    @property
    def key(self) -> str:
        """Names it, as `Comment.cell` stores it."""
        return f"{self.column.value}:{self.criterion['key']}"


def cells_of(rubric: Rubric | None) -> Iterator[Cell]:
    """All cells, criterion by criterion; none without a rubric."""
    for number, criterion in enumerate(rubric or (), 1):
        for column in Column:
            yield Cell(column, criterion, number)


def column_of(key: str | None) -> Column | None:
    """The column of a cell by its key; None where there is no cell."""
    return Column(key.partition(":")[0]) if key else None


@dataclass(frozen=True)
class Row:
    """One criterion, with what stands in each of its cells."""

    number: int
    criterion: Criterion
    cells: list[tuple[Cell, list[Any]]]


def rows_of(rubric: Rubric | None, by_cell: dict[str, list[Any]]) -> list[Row]:
    """The criteria with what is `said` by the key of each cell."""
    rows: dict[int, Row] = {}
    for cell in cells_of(rubric):
        row = rows.setdefault(cell.number, Row(cell.number, cell.criterion, []))
        row.cells.append((cell, by_cell.get(cell.key, [])))
    return list(rows.values())
