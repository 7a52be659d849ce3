"""A text that covers the viewer's grid: a value, a record, figures or the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from athena_shell.core.model import Column
from athena_shell.core.records import dataclass
from athena_shell.output.grid import holds
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize
from athena_shell.output.statistics import ColumnStatistics
from athena_shell.output.values import type_text
from athena_shell.output.viewport import Line, Viewport, closely, marked
from athena_shell.output.widths import cut, display_width, pad, wrap
from athena_shell.shell.viewer_keys import help_text

_GAP: Final = " | "
_WIDEST_NAME: Final = 40
_NARROWEST_VALUE: Final = 8


@dataclass(frozen=True)
class Page:
    """Texts with names beside them, or one without a name, scrolled by lines.

    Args:
        title: what it shows, safe to draw.
        entries: pairs of a name and a text of any number of lines, safe to draw.
        top: the first line in sight.
        of_row: whether it shows a whole row, so that others can be turned to.
        search: the text that is marked.
    """

    title: str
    entries: tuple[tuple[str, str], ...]
    top: int = 0
    of_row: bool = False
    search: str = ""

    def lines(self, width: int) -> list[str]:
        """Return all of it, folded to a width."""
        return _folded(self.entries, width)

    def at(self, top: int, width: int, height: int) -> Page:
        """Return it scrolled to a line, as far as there are any."""
        last = max(0, len(self.lines(width)) - max(1, height - 1))
        return replace(self, top=min(max(0, top), last))

    def draw(self, width: int, height: int, *, unicode: bool = True) -> list[Line]:
        """Return the title, which tells how much is out of sight, and the lines in sight."""
        lines = self.lines(width)
        room = max(0, height - 1)
        shown = lines[self.top : self.top + room]
        sign = ""
        if len(shown) < len(lines):
            up, down, to = ("↑", "↓", "–") if unicode else ("^", "v", "-")
            above, below = up if self.top else " ", down if self.top + room < len(lines) else " "
            last = self.top + len(shown)
            sign = f" {above}{below} lines {self.top + 1:,}{to}{last:,} of {len(lines):,}"
        left = max(0, width - display_width(sign))
        title = f"{pad(cut(self.title, left), left)}{cut(sign, width)}"
        return [[("header", title)], *map(self._marked, shown)]

    def _marked(self, line: str) -> Line:
        return marked(line, self.search, "cell") if _holds(line, self.search) else [("cell", line)]

    def found(self, text: str, line: int, width: int, *, forward: bool = True) -> int | None:
        """Return the next line after or before one that holds a text, wrapping around."""
        hits = [at for at, has in enumerate(self.lines(width)) if _holds(has, text)]
        if not hits:
            return None
        if forward:
            return next((at for at in hits if at > line), hits[0])
        return next((at for at in reversed(hits) if at < line), hits[-1])


def _holds(line: str, text: str) -> bool:
    return bool(text) and holds(line, text)


@lru_cache(maxsize=2)
def _folded(entries: tuple[tuple[str, str], ...], width: int) -> list[str]:
    """Fold the texts; names stand in a column of their own, as wide as the widest of them."""
    widest = max((display_width(name) for name, _ in entries), default=0)
    names = min(widest, _WIDEST_NAME, max(0, width // 2 - len(_GAP)))
    gap = _GAP if names else ""
    room = width - names - len(gap)
    if room < _NARROWEST_VALUE:
        names, gap, room = 0, "", max(2, width)
    lines = []
    for name, text in entries:
        if widest and not names:
            lines += wrap(name, room)
        first = True
        for line in text.split("\n"):
            for piece in wrap(line, room):
                lines.append(
                    f"{pad(cut(name, names), names) if first else ' ' * names}{gap}{piece}"
                )
                first = False
    return lines


def column_title(column: Column) -> str:
    """Return a column's name and type, safe to draw."""
    return f"{sanitize(column.name)} {type_text(column)}"


def cell_page(viewport: Viewport, options: FormatOptions) -> Page | None:
    """Return the value under the cursor, nested ones laid out; ``None`` without rows."""
    if not len(viewport.grid):
        return None
    column = viewport.grid.shown[viewport.column]
    number = viewport.grid.number(viewport.row)
    text = closely(viewport.cell(), column.type, options)
    return Page(f"{column_title(column)}, row {number + 1:,}", (("", text),))


def record_page(viewport: Viewport, options: FormatOptions) -> Page | None:
    """Return the row under the cursor, hidden columns included; ``None`` without rows."""
    row = viewport.current_row()
    if not row:
        return None
    columns: Sequence[Column] = viewport.grid.columns
    entries = tuple(
        (sanitize(column.name) or " ", closely(cell, column.type, options))
        for column, cell in zip(columns, row, strict=True)
    )
    number = viewport.grid.number(viewport.row)
    return Page(f"row {number + 1:,}", entries, of_row=True)


def figures_page(column: Column, figures: ColumnStatistics, *, filtered: bool = False) -> Page:
    """Return a column's figures; of the rows that pass the filter when one is on."""

    def shown(value: str | None) -> str:
        return "" if value is None else sanitize(value[:1000])

    more = "+" if figures.distinct_capped else ""
    entries = (
        ("rows", f"{figures.count:,}"),
        ("missing", f"{figures.nulls:,}"),
        ("distinct", f"{figures.distinct:,}{more}"),
        ("least", shown(figures.least)),
        ("greatest", shown(figures.greatest)),
    )
    of = "filtered rows" if filtered else "loaded rows"
    return Page(f"{column_title(column)}, {of}", entries)


def help_page() -> Page:
    """Return the list of keys."""
    return Page("keys", (("", help_text()),))
