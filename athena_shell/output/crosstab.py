"""A result as a grid: one column's values down, another's across, a third's in the cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
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
            first, the second and the last. A fourth one holds numbers that put the columns of the
            grid in order.

    Raises:
        CommandError: a column is not there, two values meet in one cell, or the grid is too wide.
    """
    if len(columns) < _LEAST_COLUMNS:
        raise CommandError("\\crosstabview needs a result of three columns or more.")
    down, across, inside = _chosen(columns, options)
    heads: dict[str | None, int] = {}
    grid: dict[str | None, dict[str | None, str | None]] = {}
    ranks: dict[str | None, Decimal] = {}
    sorted_by = _place(columns, options[_LEAST_COLUMNS]) if len(options) > _LEAST_COLUMNS else None
    for row in rows:
        heads.setdefault(row[across], len(heads))
        if sorted_by is not None:
            ranks.setdefault(row[across], _rank(columns[sorted_by], row[sorted_by]))
        if len(heads) > _MOST_ACROSS:
            raise CommandError(f"The grid would be wider than {_MOST_ACROSS:,} columns.")
        cells = grid.setdefault(row[down], {})
        if row[across] in cells:
            raise CommandError(
                f"Two rows meet at {_shown(row[down])} and {_shown(row[across])}.",
                "Group the statement by both columns.",
            )
        cells[row[across]] = row[inside]
    head = Column(columns[down].name, columns[down].type)
    kind = columns[inside].type
    ordered = sorted(heads, key=lambda name: ranks[name]) if ranks else tuple(heads)
    return (
        (head, *(Column(_shown(name), kind) for name in ordered)),
        tuple((name, *(cells.get(each) for each in ordered)) for name, cells in grid.items()),
    )


def _shown(name: str | None) -> str:
    return "NULL" if name is None else name


def _rank(column: Column, value: str | None) -> Decimal:
    """Return a number to sort by; raises CommandError for what is none."""
    try:
        rank = Decimal(value or "")
    except InvalidOperation:
        rank = Decimal("NaN")
    if rank.is_nan():
        raise CommandError(
            f"The column {column.name} sorts by numbers, and {_shown(value)} is none.",
            "rank() OVER (ORDER BY …) makes such a column.",
        )
    return rank


def _chosen(columns: Sequence[Column], options: Sequence[str]) -> tuple[int, int, int]:
    down = _place(columns, options[0]) if options else 0
    across = _place(columns, options[1]) if len(options) > 1 else int(down == 0)
    if down == across:
        raise CommandError(
            f"The column {columns[down].name} cannot go down and across.",
            "Name two columns: \\crosstabview ROWS COLUMNS",
        )
    if len(options) >= _LEAST_COLUMNS:
        return down, across, _place(columns, options[2])
    rest = [index for index in range(len(columns)) if index not in {down, across}]
    return down, across, rest[-1]


def _place(columns: Sequence[Column], word: str) -> int:
    if word.isdecimal() and 0 < int(word) <= len(columns):
        return int(word) - 1
    is_quoted = len(word) > 1 and word[0] == word[-1] == '"'
    name = (word[1:-1].replace('""', '"') if is_quoted else word).lower()
    for index, column in enumerate(columns):
        if column.name.lower() == name:
            return index
    known = ", ".join(column.name for column in columns)
    raise CommandError(f"There is no column “{word}”.", f"There are: {known}.")
