"""Tables of help texts laid out for the width of the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Final

from athena_shell.output.widths import display_width, pad

_BORDER: Final = re.compile(r"(?<!\\)\|")
_RULE: Final = re.compile(r":?-+:?")
_CODE: Final = re.compile(r"`(\S(?:[^`]*\S)?)`")  # marks around a blank end are needed
_GAP: Final = "  "
_INDENT: Final = "    "
_MOST: Final = 24  # columns that a column before the last takes, unless one word is longer
_LEAST: Final = 24  # columns that the last column needs to be read with ease

Cells = Sequence[str]


def laid_out_table(lines: Sequence[str], width: int) -> list[str]:
    """Return a Markdown table's lines as columns within a width.

    Cells are broken between words. Where the last column would be too narrow to read, each row
    becomes an entry: its first cell, and the others indented below it.
    """
    heads, *rows = [row for row in map(_cells, lines) if not all(map(_RULE.fullmatch, row))]
    widths = _widths([heads, *rows], width)
    if widths is None:
        return [line for row in rows for line in _entry(heads, row, width)]
    ruler = ["-" * columns for columns in widths]
    return [line for row in (heads, ruler, *rows) for line in _columns(row, widths)]


def _cells(line: str) -> Cells:
    cells = _BORDER.split(line.strip().removeprefix("|").removesuffix("|"))
    return [_CODE.sub(r"\1", cell.strip().replace(r"\|", "|")) for cell in cells]


def _widths(rows: Sequence[Cells], width: int) -> list[int] | None:
    """Return the columns' widths, or ``None`` when they cannot stand side by side."""
    *before, last = list(zip_longest(*rows, fillvalue=""))
    widths = [min(_widest(cells), max(_MOST, _longest_word(cells))) for cells in before]
    room = width - sum(widths) - len(_GAP) * len(widths)
    needed = max(min(_LEAST, _widest(last)), _longest_word(last))
    return [*widths, min(room, _widest(last))] if needed <= room else None


def _widest(cells: Cells) -> int:
    return max(map(display_width, cells))


def _longest_word(cells: Cells) -> int:
    return max((display_width(word) for cell in cells for word in cell.split()), default=0)


def _columns(row: Cells, widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row."""
    broken = [_broken(cell, columns) for cell, columns in zip(row, widths, strict=False)]
    for pieces in zip_longest(*broken, fillvalue=""):
        padded = (pad(piece, columns) for piece, columns in zip(pieces, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def _entry(heads: Cells, row: Cells, width: int) -> Iterator[str]:
    """Yield a row's lines: its first cell, the middle ones, the last one; named when several."""
    first, *others = row
    yield from _broken(first, width)
    if len(others) > 1:
        pairs = zip(heads[1:], others, strict=True)
        others = [f"{head}: {cell}" if cell else "" for head, cell in pairs]
    middle = " · ".join(filter(None, others[:-1]))
    for text in (middle, others[-1]):
        yield from (_INDENT + piece for piece in _broken(text, width - len(_INDENT)) if piece)


def _broken(text: str, width: int) -> list[str]:
    return wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
