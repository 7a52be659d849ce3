"""The head and the tail of a large result as a table that fits the screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from athena_shell.core.counting import counted
from athena_shell.core.model import Column, Row
from athena_shell.output import values
from athena_shell.output.options import FormatOptions
from athena_shell.output.styles import Style, style_named
from athena_shell.output.table import Table
from athena_shell.output.widths import display_width

_EACH_END: Final = 20
_LEAST_EACH_END: Final = 2
_AROUND: Final = (
    12  # lines: the frame, the dots, the footer, and what the shell says before and after
)
_MOST_READ: Final = 100_000
_WIDEST: Final = 40
_GAP_COLUMN: Final = Column("…")
SHOW_ALL: Final = r"\last table shows all"


def format_inline(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    r"""Yield a table that fits the screen, the middle rows and columns left out of a larger one.

    At most twenty rows of each end are drawn, fewer on a low terminal. The footer tells how much
    was left out and which command shows it::

        1,234 rows, 1,194 left out · 30 columns, 23 left out · \last table shows all

    Results of more than a hundred thousand rows are not read to their end: only their head is
    shown.
    """
    if not columns:
        return
    rows = iter(rows)
    end = _EACH_END
    if options.height:
        end = max(_LEAST_EACH_END, min(end, (options.height - _AROUND) // 2))
    head = list(islice(rows, 2 * end))
    tail: deque[Row] = deque(maxlen=end)
    count = len(head)
    for row in islice(rows, _MOST_READ - count):
        tail.append(row)
        count += 1
    cut_short = count == _MOST_READ and next(rows, None) is not None
    below = [] if cut_short else _last(head, tail, end)
    above = head[: 2 * end if cut_short or count <= 2 * end else end]
    shown = values.shown_rows(columns, options) or (lambda unchanged: unchanged)
    style = style_named(options.style, unicode=options.unicode)
    picked = _Picked(columns, [*shown(above), *shown(below)], style, options)
    table = picked.table
    yield table.head()
    yield _joined(table, picked.rows[: len(above)])
    if below or cut_short:
        dots: Row = ("·",) * len(picked.columns)
        yield "\n".join(table.drawn(dots) * 3) + "\n"
        yield _joined(table, picked.rows[len(above) :])
    yield table.foot()
    drawn = len(above) + len(below)
    yield _footer(count, drawn, len(columns), picked.shown, cut_short=cut_short)


def _last(head: list[Row], tail: deque[Row], end: int) -> list[Row]:
    """Return the rows of the tail; empty when head and tail touch."""
    if not tail:
        return []
    return [*head[end + len(tail) :], *tail]


def _joined(table: Table, rows: Sequence[Row]) -> str:
    return table.between.join(table.lines(rows)) + "\n" if rows else ""


def _footer(count: int, drawn: int, columns: int, shown: int, *, cut_short: bool) -> str:
    parts = [f"more than {count:,} rows" if cut_short else counted(count, "row")]
    if cut_short:
        parts[0] += f", all but {drawn} left out"
    elif drawn < count:
        parts[0] += f", {count - drawn:,} left out"
    if shown < columns:
        parts.append(f"{columns:,} columns, {columns - shown:,} left out")
    if drawn < count or shown < columns:
        parts.append(SHOW_ALL)
    return " · ".join(parts) + "\n"


class _Picked:
    """The columns that fit the width, the middle ones left out, and their rows.

    Args:
        columns: all columns.
        rows: the rows that are shown.
        style: the frame.
        options: the width; 0 leaves nothing out.
    """

    def __init__(
        self, columns: Sequence[Column], rows: Sequence[Row], style: Style, options: FormatOptions
    ) -> None:
        options = replace(options, max_column_width=options.max_column_width or _WIDEST)
        widths = Table(columns, rows, style, options).widths
        edges = style.row
        between = display_width(edges.separator)
        gap = between + 2 * style.padding
        room = options.width - display_width(edges.begin) - display_width(edges.end) + between
        places = _fitting([width + gap for width in widths], room, gap + 1)
        if not options.width or len(places) == len(columns):
            places = list(range(len(columns)))
        self.shown = len(places)
        hole = next((at for at, place in enumerate(places) if place != at), len(places))
        holed = self.shown < len(columns)
        self.columns = [columns[place] for place in places]
        self.rows: list[Row] = [tuple(row[place] for place in places) for row in rows]
        if holed:
            self.columns.insert(hole, _GAP_COLUMN)
            self.rows = [(*row[:hole], "…", *row[hole:]) for row in self.rows]
        self.table = Table(self.columns, self.rows, style, options)


def _fitting(widths: Sequence[int], room: int, hole: int) -> list[int]:
    """Return the places of the columns that fit, taken from both ends in turn; at least one."""
    if sum(widths) <= room:
        return list(range(len(widths)))
    first = [0]
    last: list[int] = []
    used = hole + widths[0]
    while len(first) + len(last) < len(widths):
        from_right = len(first) > len(last)
        place = len(widths) - 1 - len(last) if from_right else len(first)
        used += widths[place]
        if used > room:
            break
        if from_right:
            last.insert(0, place)
        else:
            first.append(place)
    return [*first, *last]
