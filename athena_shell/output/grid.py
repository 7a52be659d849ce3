"""A result as a grid to walk in: the loaded rows, which of them are shown, and which columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output import values
from athena_shell.output.condition import Condition, condition
from athena_shell.output.rowstore import RowStore
from athena_shell.output.sanitize import sanitize
from athena_shell.output.statistics import ColumnStatistics, sort_key, statistics
from athena_shell.output.widths import display_width

WIDEST: Final = 40
_NARROWEST: Final = 3
_NULL_WIDTH: Final = 4
_NEAR_CELLS: Final = 20_000


class Grid:
    """The loaded rows of a result, seen through a filter, an order and a choice of columns.

    Rows are numbered as shown, columns by their place on the screen. Filter and order speak of the
    loaded rows only.

    Args:
        columns: at least one.
        store: where loaded rows are kept.
    """

    def __init__(self, columns: Sequence[Column], store: RowStore) -> None:
        self.columns = tuple(columns)
        self._store = store
        self._arranged = list(range(len(self.columns)))
        self._hidden: set[int] = set()
        self._shown = list(self._arranged)
        self._columns_shown: tuple[Column, ...] = ()
        self._view: array[int] | None = None
        self._filter: tuple[int, str, Condition] | None = None
        self._order: tuple[int, bool] | None = None
        self._widths = [
            max(_NARROWEST, display_width(sanitize(column.name))) for column in self.columns
        ]
        self._wide: set[int] = set()
        self.shape = 0
        """Changes whenever the width, the choice or the order of columns does."""

    # --- rows ---

    def __len__(self) -> int:
        return len(self._store) if self._view is None else len(self._view)

    @property
    def loaded(self) -> int:
        """How many rows are loaded, shown or not."""
        return len(self._store)

    @property
    def full(self) -> bool:
        """Whether no more rows can be held."""
        return self._store.full

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the rows are shown."""
        return self._filter is not None

    @property
    def is_sorted(self) -> bool:
        """Whether an order other than the result's is shown."""
        return self._order is not None

    def append(self, rows: Sequence[Row]) -> None:
        """Take newly loaded rows; they pass the filter, and come last in a sorted view."""
        first = len(self._store)
        self._store.extend(rows)
        self._measure(rows)
        if self._view is not None:
            self._view.extend(first + index for index, row in enumerate(rows) if self._passes(row))

    def row(self, number: int) -> Row:
        """Return a shown row, all of its columns in the result's order."""
        return self._store.row(self.number(number))

    def number(self, number: int) -> int:
        """Return the place in the result of a shown row, counted from 0."""
        return number if self._view is None else self._view[number]

    def rows(self) -> Iterator[Row]:
        """Yield the shown rows in the shown order, with the shown columns."""
        for row in self._source():
            yield tuple(row[index] for index in self._shown)

    def _source(self) -> Iterator[Row]:
        if self._view is None:
            yield from self._store.rows()
        else:
            for number in self._view:
                yield self._store.row(number)

    # --- filter and order ---

    def filter(self, place: int, text: str) -> None:
        """Show the loaded rows whose value in a column fulfils a condition; none for no text."""
        index = self._shown[place]
        self._filter = (
            (index, text.strip(), condition(self.columns[index], text)) if text.strip() else None
        )
        self._look_again()

    def sort(self, place: int) -> None:
        """Order by a column: ascending, then descending, then as the result came."""
        index = self._shown[place]
        if self._order is None or self._order[0] != index:
            self._order = (index, False)
        elif not self._order[1]:
            self._order = (index, True)
        else:
            self._order = None
        self._look_again()

    def label(self) -> str:
        """Say what filter and order are on; empty for none."""
        parts = []
        if self._filter is not None:
            index, text, _ = self._filter
            parts.append(f"{self.columns[index].name}: {text}")
        if self._order is not None:
            index, descending = self._order
            parts.append(f"{self.columns[index].name} {'▼' if descending else '▲'}")
        return ", ".join(parts)

    def _passes(self, row: Row) -> bool:
        return self._filter is None or self._filter[2](row[self._filter[0]])

    def _look_again(self) -> None:
        if self._filter is None and self._order is None:
            self._view = None
            return
        numbers = [index for index, row in enumerate(self._store.rows()) if self._passes(row)]
        if self._order is not None:
            numbers = self._ordered(numbers, *self._order)
        self._view = array("Q", numbers)

    def _ordered(self, numbers: list[int], index: int, descending: bool) -> list[int]:  # noqa: FBT001 - the order itself
        key = sort_key(self.columns[index])
        wanted = set(numbers)
        cells = (
            (number, row[index])
            for number, row in enumerate(self._store.rows())
            if number in wanted
        )
        known, missing = [], []
        for number, cell in cells:
            if cell is None:
                missing.append(number)
            else:
                known.append((key(cell), number))
        known.sort(key=lambda pair: pair[0], reverse=descending)
        return [number for _, number in known] + missing

    # --- columns ---

    @property
    def shown(self) -> tuple[Column, ...]:
        """The shown columns in their order."""
        if not self._columns_shown:
            self._columns_shown = tuple(self.columns[index] for index in self._shown)
        return self._columns_shown

    def index(self, place: int) -> int:
        """Return a shown column's place in the result."""
        return self._shown[place]

    def place_of(self, index: int) -> int:
        """Return where a column of the result is shown."""
        return self._shown.index(index)

    def place(self, name: str, *, whole: bool = False) -> int | None:
        """Return where a column of this name, or name part unless ``whole``, is shown."""
        names = [column.name.lower() for column in self.shown]
        wanted = name.strip().lower()
        if wanted in names:
            return names.index(wanted)
        if whole:
            return None
        return next((place for place, found in enumerate(names) if wanted in found), None)

    def hide(self, place: int) -> None:
        """Leave a column out; the last one stays."""
        if len(self._shown) > 1:
            self._hidden.add(self._shown[place])
            self._arrange()

    def show_all(self) -> None:
        """Show the hidden columns again, each where it was; moved columns stay moved."""
        self._hidden.clear()
        self._arrange()

    def carry(self, place: int, by: int) -> int:
        """Move a column sideways past shown ones; return its new place."""
        target = min(max(0, place + by), len(self._shown) - 1)
        if target != place:
            moved, passed = self._shown[place], self._shown[target]
            self._arranged.remove(moved)
            self._arranged.insert(self._arranged.index(passed) + (target > place), moved)
            self._arrange()
        return target

    def _arrange(self) -> None:
        self._shown = [index for index in self._arranged if index not in self._hidden]
        self._columns_shown = ()
        self.shape += 1

    def widen(self, place: int) -> None:
        """Show a column as wide as its values, or at most at the usual width again."""
        self._wide ^= {self._shown[place]}
        self.shape += 1

    def width(self, place: int) -> int:
        """Return the columns of the terminal that a shown column wants."""
        index = self._shown[place]
        return self._widths[index] if index in self._wide else min(WIDEST, self._widths[index])

    def lacks(self, place: int) -> int:
        """Return how many more columns of the terminal would show a column's values whole."""
        return self._widths[self._shown[place]] - self.width(place)

    def _measure(self, rows: Sequence[Row]) -> None:
        for index, cells in enumerate(zip(*rows, strict=True)):
            widest = max(_NULL_WIDTH if cell is None else len(cell) for cell in cells)
            if widest > self._widths[index]:
                widest = max(_shown_width(cell) for cell in cells)
                self._widths[index] = max(self._widths[index], widest)
                self.shape += 1

    # --- questions ---

    def statistics(self, place: int) -> ColumnStatistics:
        """Return the figures of one column over the shown rows."""
        index = self._shown[place]
        return statistics(self.columns[index], (row[index] for row in self._source()))

    def find(self, text: str, row: int, *, forward: bool = True) -> int | None:
        """Return the next shown row after or before ``row`` that holds a text, wrapping around."""
        matches = self._matches(text)
        if not matches:
            return None
        if forward:
            return next((number for number in matches if number > row), matches[0])
        return next((number for number in reversed(matches) if number < row), matches[-1])

    def find_near(self, text: str, row: int) -> int | None:
        """Return the first row at or after ``row`` that holds a text, looking a little way only."""
        rows = _NEAR_CELLS // len(self.columns) + 1
        for number in range(row, min(len(self), row + rows)):
            cells = self.row(number)
            if any(holds(cells[index], text) for index in self._shown):
                return number
        return None

    def _matches(self, text: str) -> list[int]:
        found = set(self._holding(text))
        if self._view is None:
            return sorted(found)
        return [place for place, number in enumerate(self._view) if number in found]

    def _holding(self, text: str) -> Iterable[int]:
        for first, rows in self._store.groups_with(text):
            for offset, row in enumerate(rows):
                if any(holds(row[index], text) for index in self._shown):
                    yield first + offset


def _shown_width(cell: str | None) -> int:
    if cell is None:
        return _NULL_WIDTH
    if cell.isascii() and cell.isprintable():
        return len(cell)
    return display_width(sanitize(cell[: values.LONGEST_SHOWN]))


def holds(cell: str | None, text: str) -> bool:
    """Whether a cell has the text in it; capital letters in the text make their case count."""
    if cell is None:
        return False
    return text in (cell if text != text.lower() else cell.lower())
