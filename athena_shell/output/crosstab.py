"""A result as a grid: one column's values down, another's across, a third's in the cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row

_LEAST_COLUMNS: Final = 3
_MOST_ACROSS: Final = 1600


def crosstab(
    columns: Sequence[Column], rows: Iterable[Row], options: Sequence[str]
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Return the grid's columns and rows, in the order in which values first appear.

    Args:
        columns: the result's columns.
        rows: the result's rows.
        options: columns for rows, across and cells, by name or 1-based number; by default the
            first, the second and the last.

    Raises:
        CommandError: a column is not there, two values meet in one cell, or the grid is too wide.
    """
    if len(columns) < _LEAST_COLUMNS:
        raise CommandError("\\crosstabview needs a result of three columns or more.")
    down, across, inside = _chosen(columns, options)
    heads: dict[str | None, int] = {}
    grid: dict[str | None, dict[str | None, str | None]] = {}
    for row in rows:
        heads.setdefault(row[across], len(heads))
        if len(heads) > _MOST_ACROSS:
            raise CommandError(f"The grid would be wider than {_MOST_ACROSS:,} columns.")
        cells = grid.setdefault(row[down], {})
        if row[across] in cells:
            raise CommandError(
                f"Two rows meet at {row[down]} and {row[across]}.",
                "Group the statement by both columns.",
            )
        cells[row[across]] = row[inside]
    head = Column(columns[down].name, columns[down].type)
    kind = columns[inside].type
    return (
        (head, *(Column("NULL" if name is None else name, kind) for name in heads)),
        tuple((name, *(cells.get(each) for each in heads)) for name, cells in grid.items()),
    )


def _chosen(columns: Sequence[Column], options: Sequence[str]) -> tuple[int, int, int]:
    down = _place(columns, options[0]) if options else 0
    across = _place(columns, options[1]) if len(options) > 1 else 1
    if len(options) >= _LEAST_COLUMNS:
        return down, across, _place(columns, options[2])
    rest = [index for index in range(len(columns)) if index not in {down, across}]
    return down, across, rest[-1]


def _place(columns: Sequence[Column], word: str) -> int:
    if word.isdecimal() and 0 < int(word) <= len(columns):
        return int(word) - 1
    name = word.strip('"').lower()
    for index, column in enumerate(columns):
        if column.name.lower() == name:
            return index
    known = ", ".join(column.name for column in columns)
    raise CommandError(f"There is no column “{word}”.", f"There are: {known}.")
