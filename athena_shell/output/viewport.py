"""The part of a grid that fits on the screen: where the cursor is, and the lines to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from athena_shell.core.model import Row
from athena_shell.core.records import dataclass
from athena_shell.output import values
from athena_shell.output.grid import Grid, holds
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize, sanitizer
from athena_shell.output.widths import CODE_POINTS_PER_COLUMN, cut, pad

Fragment = tuple[str, str]
"""A style word, such as ``cursor`` or ``null``, and the text drawn in it."""

Line = list[Fragment]

_GAP: Final = " │ "
_FROZEN_GAP: Final = " ┃ "
_LEAST_ROOM: Final = 10


@dataclass(frozen=True)
class _Slot:
    """Where one column is drawn: its place among the shown ones and in the result, its geometry."""

    place: int
    index: int
    width: int
    gap: str
    right: bool


def _is_simple(cell: str) -> bool:
    return cell.isascii() and cell.isprintable()


def _current(style: str) -> str:
    """Return the style of the cursor's column: the cell itself, or the name above it."""
    return {"row": "cursor", "cell": "cell"}.get(style, f"{style}.current")


class Viewport:
    """A window over a grid with a cursor that never leaves it.

    Args:
        grid: what is looked at.
        options: NULL text, joiners, digit groups, ASCII or more.
    """

    def __init__(self, grid: Grid, options: FormatOptions) -> None:
        self.grid = grid
        self._options = options
        self._clean = sanitizer(keep_joiners=options.keep_joiners)
        self._mark = "…" if options.unicode else "~"
        self._gap = _GAP if options.unicode else " | "
        self._frozen_gap = _FROZEN_GAP if options.unicode else " # "
        self.width = 80
        self.height = 24
        self.row = 0
        self.column = 0
        self.top = 0
        self.left = 0
        self.frozen = 0
        self.search = ""
        self._shared: dict[int, int] = {}
        self._shared_for = (-1, -1)

    # --- where to look ---

    @property
    def page(self) -> int:
        """Rows that fit below the header."""
        return max(1, self.height - self.header_lines)

    @property
    def half(self) -> int:
        """Half a page of rows."""
        return max(1, self.page // 2)

    @property
    def header_lines(self) -> int:
        """Lines above the first row."""
        return 1 + self._options.type_row

    @property
    def needs(self) -> int:
        """How many shown rows should be loaded so that the next page is there at once."""
        return self.top + 2 * self.page

    def resize(self, width: int, height: int) -> None:
        """Fit a new window; the cursor stays on its cell."""
        if (width, height) != (self.width, self.height):
            self.width, self.height = max(1, width), max(1, height)
        self.move()

    def move(self, rows: int = 0, columns: int = 0) -> None:
        """Move the cursor; the window follows."""
        self.row = min(max(0, self.row + rows), max(0, len(self.grid) - 1))
        self.column = min(max(0, self.column + columns), len(self.grid.shown) - 1)
        self.frozen = min(self.frozen, len(self.grid.shown) - 1)
        self.top = min(max(self.top, self.row - self.page + 1), self.row)
        self.top = min(self.top, max(0, len(self.grid) - self.page))
        self._follow_sideways()

    def scroll(self, rows: int) -> None:
        """Move the window and, if need be, the cursor with it, as a mouse wheel does."""
        self.top = min(max(0, self.top + rows), max(0, len(self.grid) - self.page))
        self.row = min(max(self.row, self.top), self.top + self.page - 1)
        self.move()

    def go(self, row: int | None = None, column: int | None = None) -> None:
        """Put the cursor on a row or a column, as far as there are any."""
        self.move(
            0 if row is None else row - self.row, 0 if column is None else column - self.column
        )

    def go_to_match(self, row: int) -> None:
        """Put the cursor on a row that holds the searched text, and that in sight."""
        self.go(row=row)
        cells = self.current_row()
        found = [
            place
            for place in range(len(self.grid.shown))
            if holds(cells[self.grid.index(place)], self.search)
        ]
        if found and not set(found).intersection(self._places()):
            self.go(column=found[0])

    def sideways(self, screens: int) -> None:
        """Move by a screenful of columns."""
        shown = max(1, len(self._places()) - self.kept)
        self.move(columns=screens * shown)

    def freeze(self) -> None:
        """Keep the columns up to the cursor's in sight, or let them go again."""
        wanted = min(self.column + 1, len(self.grid.shown) - 1)
        self.frozen = 0 if self.frozen == wanted else wanted
        self.left = max(self.left, self.kept)
        self.move()

    @property
    def kept(self) -> int:
        """How many frozen columns there is room for beside another one."""
        used = 0
        for place in range(self.frozen):
            used += self._column_width(place) + len(self._gap)
            if used + _LEAST_ROOM > self.width:
                return place
        return self.frozen

    def _follow_sideways(self) -> None:
        kept = self.kept
        self.left = min(max(self.left, kept), len(self.grid.shown) - 1)
        if self.column < kept:
            return
        farthest = min(self.left, self.column)
        room = self.width - self._column_width(self.column)
        room -= sum(self._column_width(other) + len(self._gap) for other in range(kept))
        self.left = self.column
        while self.left > farthest:  # backwards: a jump over thousands costs a screenful
            room -= self._column_width(self.left - 1) + len(self._gap)
            if room < 0:
                break
            self.left -= 1
        self.left = max(kept, min(self.left, self._last_left(kept)))

    def _last_left(self, kept: int) -> int:
        """Return the first column from which on all others fit; further right is only emptiness."""
        room = self.width - sum(self._column_width(place) + len(self._gap) for place in range(kept))
        left = len(self.grid.shown)
        while left > kept:
            room -= self._column_width(left - 1)
            if room < 0:
                break
            left -= 1
            room -= len(self._gap)
        return min(left, len(self.grid.shown) - 1)

    def _column_width(self, place: int) -> int:
        width = self._usual_width(place) + self._spare().get(place, 0)
        return min(width, max(1, self.width))

    def _usual_width(self, place: int) -> int:
        width = self.grid.width(place)
        if self._options.digit_groups and values.is_number(self.grid.shown[place]):
            width += (width - 1) // 3  # the separators
        return width

    def _spare(self) -> dict[int, int]:
        """Return what long columns get of the room that is left when all columns are in sight."""
        known = (self.grid.shape, self.width)
        if self._shared_for != known:
            self._shared_for, self._shared = known, self._share()
        return self._shared

    def _share(self) -> dict[int, int]:
        count = len(self.grid.shown)
        if count * len(self._gap) > self.width:
            return {}
        widths = [self._usual_width(place) for place in range(count)]
        room = self.width - sum(widths) - (count - 1) * len(self._gap)
        lacking = {place: lacks for place in range(count) if (lacks := self.grid.lacks(place)) > 0}
        shared: dict[int, int] = {}
        for left, place in zip(
            range(len(lacking), 0, -1), sorted(lacking, key=lacking.__getitem__), strict=True
        ):
            shared[place] = max(0, min(lacking[place], room // left))
            room -= shared[place]
        return shared

    def _places(self) -> list[int]:
        """Return the columns in sight: frozen ones, then from ``left`` as many as fit."""
        places = []
        used = 0
        for place in [*range(self.kept), *range(self.left, len(self.grid.shown))]:
            if used and used + min(_LEAST_ROOM, self._column_width(place)) > self.width:
                break
            places.append(place)
            used += self._column_width(place) + len(self._gap)
        return places

    # --- what to draw ---

    def lines(self) -> list[Line]:
        """Return the header and the rows in sight; every line fits the width."""
        slots = self._slots()
        columns = [self.grid.shown[slot.place] for slot in slots]
        lines = [self._line([column.name for column in columns], slots, "header")]
        if self._options.type_row:
            lines.append(
                self._line([values.type_text(column) for column in columns], slots, "type")
            )
        last = min(self.top + self.page, len(self.grid))
        for number in range(self.top, last):
            row = self.grid.row(number)
            style = "row" if number == self.row else "cell"
            lines.append(self._line([row[slot.index] for slot in slots], slots, style))
        return lines

    def _slots(self) -> list[_Slot]:
        """Return where each column in sight is drawn; all of them fit the width."""
        slots: list[_Slot] = []
        room = self.width
        for place in self._places():
            gap = ""
            if slots:
                gap = self._frozen_gap if place == self.left and self.kept else self._gap
                room -= len(gap)
            width = min(self._column_width(place), room)
            if width <= 0:
                break
            right = values.is_number(self.grid.shown[place])
            slots.append(_Slot(place, self.grid.index(place), width, gap, right))
            room -= width
        return slots

    def place_at(self, x: int) -> int:
        """Return the shown column that is drawn at a place of a line, counted from 0."""
        end = 0
        place = self.column
        for slot in self._slots():
            place = slot.place
            end += len(slot.gap) + slot.width
            if x < end:
                break
        return place

    def _line(self, cells: Sequence[str | None], slots: Sequence[_Slot], style: str) -> Line:
        line: Line = []
        plain = not self.search and not self._options.digit_groups
        for cell, slot in zip(cells, slots, strict=True):
            if slot.gap:
                line.append(("line", slot.gap))
            here = _current(style) if slot.place == self.column else style
            width = slot.width
            if plain and cell is not None and len(cell) <= width and _is_simple(cell):
                line.append((here, cell.rjust(width) if slot.right else cell.ljust(width)))
            else:
                line += self._cell(cell, width, here, right=slot.right)
        return line

    def _cell(self, cell: str | None, width: int, style: str, *, right: bool) -> Line:
        if cell is None:
            text = pad(cut(self._clean(self._options.null), width, self._mark), width, right=right)
            return [("null" if style in {"cell", "row"} else style, text)]
        if right and self._options.digit_groups:
            cell = values.group_digits(cell)
        text = cell[: (width + 1) * CODE_POINTS_PER_COLUMN]
        text = pad(cut(self._clean(text), width, self._mark), width, right=right)
        if self.search and style in {"cell", "row", "cursor"} and holds(cell, self.search):
            return marked(text, self._clean(self.search), style)
        return [(style, text)]

    def position(self, *, more: bool) -> str:
        """Return where the cursor is, such as ``row 3 of 1,000+ · 2/10 price decimal(10,2)``.

        Under a filter or an order the number of rows is marked as that of the loaded ones.
        """
        column = self.grid.shown[self.column]
        total = f"{len(self.grid):,}{'+' if more else ''}"
        name = f"{self._clean(column.name)} {values.type_text(column)}"
        parts = [
            f"row {self.row + 1 if len(self.grid) else 0:,} of {total}",
            f"{self.column + 1}/{len(self.grid.shown)} {name}",
        ]
        label = self.grid.label()
        if label:
            parts[0] += " loaded"
            parts.insert(1, self._clean(label))
        hidden = len(self.grid.columns) - len(self.grid.shown)
        if hidden:
            parts.append(f"{hidden} hidden")
        return " · ".join(parts)

    # --- what to look at closely ---

    def cell(self) -> str | None:
        """Return the value under the cursor; ``None`` for NULL or no row."""
        row = self.current_row()
        return row[self.grid.index(self.column)] if row else None

    def current_row(self) -> Row:
        """Return the row under the cursor; empty when there is none."""
        return self.grid.row(self.row) if len(self.grid) else ()


def marked(text: str, needle: str, style: str) -> Line:
    """Return a text with the searched part marked; what was cut off marks all of it.

    Args:
        text: as it is drawn.
        needle: what is searched, as it would be drawn; empty marks nothing.
        style: the style word of the rest.
    """
    if not needle:
        return [(style, text)]
    hay = text if needle != needle.lower() else text.lower()
    at = hay.find(needle) if len(hay) == len(text) else -1
    if at < 0:
        return [("match", text)]
    line: Line = []
    start = 0
    while at >= 0:
        line += [(style, text[start:at]), ("match", text[at : at + len(needle)])]
        start = at + len(needle)
        at = hay.find(needle, start)
    return [part for part in [*line, (style, text[start:])] if part[1]]


_LONGEST_LOOK: Final = 200_000
_TEXTS: Final = frozenset({"varchar", "string", "char"})


def closely(text: str | None, kind: str, options: FormatOptions) -> str:
    """Return a value for a page of its own: nested ones laid out, safe to show, of bounded size.

    A text that is a JSON object or array is laid out as well.
    """
    from athena_shell.output.nested import laid_out

    if text is None:
        return sanitize(options.null)
    rest = len(text) - _LONGEST_LOOK
    if kind in _TEXTS and text.lstrip()[:1] in {"{", "["}:
        kind = "json"
    shown = laid_out(text, kind) if rest <= 0 else text[:_LONGEST_LOOK]
    safe = sanitize(shown, keep_newlines=True, keep_joiners=options.keep_joiners)
    return safe if rest <= 0 else f"{safe}\n… {rest:,} characters more; export the row to see them"
