"""The table at the end of a run: what became of its statements."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output.options import FormatOptions
from athena_shell.output.widths import display_width
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.progress_text import elapsed_text
from athena_shell.script.record import Record

_SHOWN: Final = 20
_WORST: Final = 10
_WIDEST_PLACE: Final = 60
_NARROWEST_PLACE: Final = 16
_COLUMNS: Final = (
    Column("#", "integer"),
    Column("statement", "varchar"),
    Column("state", "varchar"),
    Column("rows", "integer"),
    Column("time", "double"),
    Column("scanned", "double"),
    Column("cost", "double"),
)
_PLACE: Final = 1
_BETWEEN: Final = 2  # blanks between two columns of the style
# What is left out first where there is little room, by index: rows, bytes, number, cost.
_SPARE: Final = (3, 5, 0, 6)


class SummaryTable:
    """Keeps the records a table of bounded length shows, however long the run.

    A run of up to twenty statements is shown whole, a longer one by the first statements that
    failed and those that took longest.
    """

    def __init__(self) -> None:
        self._first: list[Record] = []
        self._failed: list[tuple[int, Record]] = []
        self._slowest: list[tuple[float, int, Record]] = []
        self._count = 0

    def take(self, record: Record) -> None:
        """Take the record of a statement that has ended."""
        self._count += 1
        if self._count <= _SHOWN:
            self._first.append(record)
        if record.error and len(self._failed) < _WORST:
            self._failed.append((self._count, record))
        entry = (record.seconds, -self._count, record)
        if len(self._slowest) < _WORST:
            heapq.heappush(self._slowest, entry)
        else:
            heapq.heappushpop(self._slowest, entry)

    def text(self, price: Price | None, width: int) -> str:
        """Return the table, ending in a line break.

        Args:
            price: to show costs; ``None`` leaves them out.
            width: columns of the terminal; 0 means there is none.
        """
        records = self._chosen()
        shown = [n for n in range(len(_COLUMNS)) if price or _COLUMNS[n].name != "cost"]
        rows = [_cells(record, price) for record in records]
        for spare in _SPARE:
            if not width or _width(rows, shown) <= width:
                break
            if spare in shown:
                shown.remove(spare)
        room = _WIDEST_PLACE
        if width:
            others = [n for n in shown if n != _PLACE]
            room = min(room, max(_NARROWEST_PLACE, width - _width(rows, others) - _BETWEEN))
        from athena_shell.output.table import format_table

        cells = [
            tuple(_cut(row[n], room) if n == _PLACE else row[n] for n in shown) for row in rows
        ]
        columns = [_COLUMNS[n] for n in shown]
        options = FormatOptions(style="simple", null="")
        left_out = self._count - len(records)
        more = f"and {left_out:,} more; these failed or took longest\n" if left_out else ""
        return "".join(format_table(columns, cells, options)) + more

    def _chosen(self) -> Sequence[Record]:
        if self._count <= _SHOWN:
            return self._first
        chosen = dict(self._failed)
        chosen.update((-count, record) for _, count, record in self._slowest)
        return [chosen[number] for number in sorted(chosen)]


def _cells(record: Record, price: Price | None) -> Row:
    cost = format_cost(record.cost, price.symbol) if price and record.cost is not None else None
    return (
        str(record.number or ""),
        record.place,
        record.state,
        None if record.rows is None else f"{record.rows}",
        elapsed_text(record.seconds) if record.query_id else None,
        None if record.scanned_bytes is None else format_bytes(record.scanned_bytes),
        "free" if record.cost == 0 else cost,
    )


def _width(rows: Sequence[Row], shown: Sequence[int]) -> int:
    widths = [
        max([display_width(_COLUMNS[n].name), *(display_width(row[n] or "") for row in rows)])
        for n in shown
    ]
    return sum(widths) + _BETWEEN * (len(widths) - 1)


def _cut(text: str | None, room: int) -> str:
    """Return a place that fits: a long path loses its beginning, which says least."""
    text = text or ""
    if display_width(text) <= room:
        return text
    while display_width(text) > room - 1:
        text = text[1:]
    return f"…{text}"
