"""What the loaded values of one column tell: how many, how many missing, distinct, the extremes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from athena_shell.core.model import Column
from athena_shell.core.records import dataclass
from athena_shell.output.values import APPROXIMATE, INTEGERS

_MOST_DISTINCT: Final = 100_000


@dataclass(frozen=True)
class ColumnStatistics:
    """Figures over the rows that are loaded; ``distinct`` stops counting at a hundred thousand."""

    count: int = 0
    nulls: int = 0
    distinct: int = 0
    distinct_capped: bool = False
    least: str | None = None
    greatest: str | None = None


def sort_key(column: Column) -> Callable[[str], Any]:
    """Return what orders the column's values: as numbers where they are, else as text.

    A text in a column of numbers, such as ``NaN``, comes after all numbers.
    """
    number = _number_reader(column)
    if number is None:
        return lambda cell: cell

    def key(cell: str) -> tuple[int, Any]:
        try:
            value = number(cell)
        except (ValueError, InvalidOperation):
            return 1, cell
        return (0, value) if value == value else (1, cell)  # noqa: PLR0124 - NaN has no order

    return key


def _number_reader(column: Column) -> Callable[[str], Any] | None:
    if column.type in INTEGERS:
        return int
    if column.type == "decimal":
        return Decimal
    return float if column.type in APPROXIMATE else None


def statistics(column: Column, cells: Iterable[str | None]) -> ColumnStatistics:
    """Return the figures of one column's cells."""
    key = sort_key(column)
    count = nulls = 0
    seen: set[str] = set()
    least = greatest = None
    least_key = greatest_key = None
    for cell in cells:
        count += 1
        if cell is None:
            nulls += 1
            continue
        if len(seen) < _MOST_DISTINCT:
            if cell in seen:
                continue
            seen.add(cell)
        value = key(cell)
        if least is None or value < least_key:
            least, least_key = cell, value
        if greatest is None or value > greatest_key:
            greatest, greatest_key = cell, value
    return ColumnStatistics(count, nulls, len(seen), len(seen) >= _MOST_DISTINCT, least, greatest)
