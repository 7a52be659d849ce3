"""Rows as a table whose lines are written while later rows are still unknown.

Column widths come from the first rows and are then kept, so a result of any length is drawn with
the memory of one screen. The usual row costs one ``%`` and three scans; only rows with a missing
value, a wide character, something to sanitise or a cell too wide are drawn cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output import values
from athena_shell.output.batches import BATCH_ROWS, batches
from athena_shell.output.fitting import fitting, fold, told
from athena_shell.output.options import Content, Expanded, FormatOptions, Overflow
from athena_shell.output.sanitize import sanitizer
from athena_shell.output.styles import Edges, Style, style_named
from athena_shell.output.vertical import format_vertical
from athena_shell.output.widths import CODE_POINTS_PER_COLUMN, cut, display_width, pad, wrap

SAMPLE_ROWS: Final = BATCH_ROWS
"""Rows whose cells decide the widths: some screens, and less than one page of the service."""

_WIDEST: Final = 4_000  # a column never grows past this, so that one huge cell cannot pad them all
_SAMPLE_CELLS: Final = 100_000
_FEWEST_SAMPLED: Final = 20
_ROOM: Final = 3
_LONGEST: Final = {
    "boolean": 5,
    "date": 10,
    "tinyint": 4,
    "smallint": 6,
    "int": 11,
    "integer": 11,
    "bigint": 20,
    "decimal": 40,
}
_LONGEST_NUMBER: Final = 60  # anything longer in a column of numbers is none
_BARE: Final = Edges("", "", "")
_DIM: Final = "\x1b[2m"
_BOLD: Final = "\x1b[1m"
_RESET: Final = "\x1b[0m"


def format_table(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield a table in the style the options name; a result without columns draws nothing.

    With ``expanded`` on, or on automatic when a line of the first rows is wider than the terminal,
    records are drawn instead. A list that is too wide is fitted first: what is empty is left out,
    and long texts go on over several lines.

    Raises:
        CommandError: the style is unknown.
    """
    if not columns:
        return
    style = style_named(options.style, unicode=options.unicode)
    if options.expanded is Expanded.ON:
        yield from format_vertical(columns, rows, options)
        return
    rows = iter(rows)
    size = _sample_size(len(columns), options)
    sample = list(islice(rows, size))
    shown = values.shown_rows(columns, options)
    hints = _hints(columns, sample, options)
    table = Table(columns, [*(shown(sample) if shown else sample), *hints], style, options)
    if len(sample) == size:
        table.leave_room()
    if 0 < options.width < table.line_width:
        narrow = _narrow(table, columns, sample, rows, options)
        if narrow is not None:
            yield from narrow
            return
    yield table.head()
    rows = chain(sample, rows)
    between = table.between
    first = True
    for batch in batches(rows, len(columns)):
        lines = table.lines(shown(batch) if shown else batch)
        yield between[1:] * (not first) + between.join(lines) + "\n"
        first = False
    for hint in hints:
        yield "\n".join(table.drawn(hint, _DIM)) + "\n"
    yield table.foot()


def _sample_size(columns: int, options: FormatOptions) -> int | None:
    """Return how many rows decide the widths; ``None`` for all, as a list is there whole."""
    if options.content is Content.LIST:
        return None
    return max(_FEWEST_SAMPLED, min(SAMPLE_ROWS, _SAMPLE_CELLS // columns))


def _narrow(
    table: Table,
    columns: Sequence[Column],
    sample: Sequence[Row],
    rows: Iterator[Row],
    options: FormatOptions,
) -> Iterator[str] | None:
    """Return what is drawn in place of a table too wide; ``None`` for that table after all."""
    if options.content is Content.LIST:
        kept = told(sample, len(columns))
        if len(kept) < len(columns):
            fewer = [tuple(row[place] for place in kept) for row in sample]
            return format_table([columns[place] for place in kept], fewer, options)
        if table.squeeze():
            return None
    if options.expanded is not Expanded.AUTO:
        return None
    return format_vertical(columns, chain(sample, rows), options)


def _hints(columns: Sequence[Column], sample: list[Row], options: FormatOptions) -> list[Row]:
    if not (options.number_hint and options.tty and len(sample) == 1):
        return []
    hint = values.magnitudes(columns, sample[0])
    return [hint] if hint else []


class Table:
    """The fixed geometry of one table: widths, frame and how a row becomes a line.

    Args:
        columns: at least one.
        sample: the first rows as shown; their cells decide the widths.
        style: the frame.
        options: NULL text, colours, limits.
    """

    def __init__(
        self, columns: Sequence[Column], sample: Sequence[Row], style: Style, options: FormatOptions
    ) -> None:
        self._options = options
        self._style = style
        self._clean = sanitizer(keep_joiners=options.keep_joiners)
        self._null = self._clean(options.null)
        self._wrap = wrap if options.overflow is Overflow.WRAP else None
        self._mark = "…" if options.unicode else "~"
        self._right = [values.is_number(column) for column in columns]
        self._names = [self._clean(column.name) for column in columns] if options.header else []
        self._types = (
            [self._clean(values.type_text(column)) for column in columns]
            if options.type_row
            else []
        )
        self._limit = min(options.max_column_width or _WIDEST, _WIDEST)
        self._widths = [
            width if right and width <= _LONGEST_NUMBER else min(self._limit, width)
            for width, right in zip(
                self._wanted_widths(sample, len(columns)), self._right, strict=True
            )
        ]
        self._columns = columns
        self._sample = sample
        self._fit()

    @property
    def widths(self) -> tuple[int, ...]:
        """The columns' widths without padding."""
        return tuple(self._widths)

    @property
    def line_width(self) -> int:
        """Terminal columns of a line."""
        edges = self._style.row
        frame = len(edges.begin) + len(edges.separator) * (len(self._widths) - 1) + len(edges.end)
        return frame + sum(self._widths) + 2 * self._style.padding * len(self._widths)

    @property
    def between(self) -> str:
        """What stands between two rows: a line break, or a rule on its own line."""
        rule = self._style.between
        return f"\n{rule.draw(self._padded_widths())}\n" if rule else "\n"

    def head(self) -> str:
        """Return everything above the first row."""
        style, widths = self._style, self._padded_widths()
        lines = [style.top.draw(widths)] if style.top else []
        if self._names:
            lines += self.drawn(self._names, _BOLD, style.header)
        if self._types:
            lines += self.drawn(self._types, _DIM, style.header)
        if style.below_header and (self._names or self._types):
            lines.append(style.below_header.draw(widths))
        return "".join(f"{line}\n" for line in lines)

    def foot(self) -> str:
        """Return everything below the last row."""
        return f"{self._style.bottom.draw(self._padded_widths())}\n" if self._style.bottom else ""

    def lines(self, rows: Sequence[Row]) -> list[str]:
        """Return the rows as lines, several for a row with a wrapped cell."""
        null, color = self._null, self._options.color
        probe, template, expected = self._probe, self._template, self._expected
        drawn: list[str] = []
        append = drawn.append
        for row in rows:
            cells = row
            line = probe % cells
            if "None" in line and None in cells:
                cells = tuple([null if cell is None else cell for cell in cells])
                line = "" if color else probe % cells
            if len(line) != expected or not (line.isascii() and line.isprintable()):
                if self._widen(row):
                    probe, template, expected = self._probe, self._template, self._expected
                append(self._line(row))
            elif template:
                append(template % cells)
            else:
                append(line)
        return [line.rstrip() for line in drawn] if self._style.row.is_open else drawn

    def _fit(self) -> None:
        """Make the row templates for the widths as they are."""
        row = self._style.row
        # cells are judged in a frame of ASCII, which tells nothing but of the cells
        self._probe = self._row_template(row if row.is_ascii else _BARE)
        self._template = "" if row.is_ascii else self._row_template(row)
        self._expected = len(self._probe % (("",) * len(self._widths)))
        blank = " " * self._style.padding
        self._joints = (row.begin + blank, f"{blank}{row.separator}{blank}", blank + row.end)
        self._cells = [
            (width, right, self._block(None, width, right=right, emphasis=_DIM)[0])
            for width, right in zip(self._widths, self._right, strict=True)
        ]

    def leave_room(self) -> None:
        """Widen columns a little when more rows than the sample are to come: ids and texts grow."""
        for index, column in enumerate(self._columns):
            width = self._widths[index]
            longest = _LONGEST.get(column.type, self._limit)
            self._widths[index] = max(width, min(longest, width + _ROOM))
        self._fit()

    def squeeze(self) -> bool:
        """Break long texts between words so that lines fit the terminal; false if words would not.

        No cell is cut from then on.
        """
        room = self._options.width - self.line_width + sum(self._widths)
        texts = [
            [*names, *(self._clean(cell) for cell in cells if cell)]
            for names, cells in zip_longest(
                [[name] for name in self._names], zip(*self._sample, strict=True), fillvalue=()
            )
        ]
        fitted = fitting(texts, self._widths, room)
        if fitted is None:
            return False
        self._widths, self._wrap = fitted, fold
        self._fit()
        return True

    def _widen(self, row: Row) -> bool:
        """Widen the columns whose number does not fit: a number is never cut, nor is it wrapped."""
        widened = False
        for index, right in enumerate(self._right):
            cell = row[index]
            if right and cell is not None and self._widths[index] < len(cell) <= _LONGEST_NUMBER:
                self._widths[index] = len(cell)
                widened = True
        if widened:
            self._fit()
        return widened

    def _padded_widths(self) -> list[int]:
        return [width + 2 * self._style.padding for width in self._widths]

    def _wanted_widths(self, sample: Sequence[Row], count: int) -> Iterator[int]:
        null_width = display_width(self._null)
        for cells, name, kind in zip_longest(
            zip(*sample, strict=True) if sample else [()] * count, self._names, self._types
        ):
            widest = max(display_width(name or ""), display_width(kind or ""))
            for cell in cells:
                if cell is None:
                    width = null_width
                elif cell.isascii() and cell.isprintable():
                    width = len(cell)
                else:
                    lines = self._cleaned_lines(cell[:_WIDEST], _WIDEST)
                    width = max(map(display_width, lines))
                widest = max(widest, width)
            yield widest

    def _row_template(self, edges: Edges) -> str:
        blank = " " * self._style.padding
        cells = [
            f"{blank}%{'' if right else '-'}{width}s{blank}"
            for width, right in zip(self._widths, self._right, strict=True)
        ]
        begin, separator, end = (
            part.replace("%", "%%") for part in (edges.begin, edges.separator, edges.end)
        )
        return f"{begin}{separator.join(cells)}{end}"

    def _line(self, row: Row) -> str:
        """Return a row drawn cell by cell; the common cells of an uncommon row stay cheap."""
        if self._wrap or self._options.overflow is not Overflow.CUT or self._options.pretty:
            return "\n".join(self.drawn(row))
        mark, clean = self._mark, self._clean
        parts = []
        for cell, (width, right, null) in zip(row, self._cells, strict=True):
            if cell is None:
                parts.append(null)
                continue
            text = cell
            if not (cell.isascii() and cell.isprintable()):
                text = clean(cell[: (width + 1) * CODE_POINTS_PER_COLUMN])
            if text.isascii():
                if len(text) > width:
                    text = text[: width - 1] + mark
                parts.append(text.rjust(width) if right else text.ljust(width))
            else:
                parts.append(pad(cut(text, width, mark), width, right=right))
        begin, separator, end = self._joints
        return f"{begin}{separator.join(parts)}{end}"

    def drawn(
        self, row: Sequence[str | None], emphasis: str = "", edges: Edges | None = None
    ) -> list[str]:
        """Return a row as one line or several, all of its cells drawn with one emphasis."""
        edges = edges or self._style.row
        blocks = [
            self._block(cell, width, right=right, emphasis=emphasis)
            for cell, width, right in zip(row, self._widths, self._right, strict=True)
        ]
        empty = [" " * width for width in self._widths]
        blank = " " * self._style.padding
        lines = []
        for parts in zip_longest(*blocks):
            cells = [
                f"{blank}{part if part is not None else empty[index]}{blank}"
                for index, part in enumerate(parts)
            ]
            line = f"{edges.begin}{edges.separator.join(cells)}{edges.end}"
            lines.append(line.rstrip() if edges.is_open else line)
        return lines

    def _block(self, cell: str | None, width: int, *, right: bool, emphasis: str) -> list[str]:
        """Return one cell as padded lines of the column's width."""
        if cell is None and not emphasis:
            emphasis = _DIM
        lines = [self._null] if cell is None else self._cleaned_lines(cell, width)
        if self._wrap is not None:
            lines = [piece for line in lines for piece in self._wrap(line, width)]
        elif self._options.overflow is Overflow.CUT:
            lines = [cut(line, width, self._mark) for line in lines]
        padded = [pad(line, width, right=right) for line in lines]
        if self._options.color and emphasis:
            return [f"{emphasis}{line}{_RESET}" for line in padded]
        return padded

    def _cleaned_lines(self, cell: str, width: int) -> list[str]:
        """Return a cell's lines: several only when values are laid out on several lines."""
        if (
            self._wrap is None
            and self._options.overflow is Overflow.CUT
            and not self._options.pretty
        ):
            # what cannot be seen of a huge cell is not sanitised either
            cell = cell[: (width + 1) * CODE_POINTS_PER_COLUMN]
        if self._options.pretty and "\n" in cell:
            return [self._clean(line) for line in cell.split("\n")]
        return [self._clean(cell)]
