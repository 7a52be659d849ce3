"""Athena's result CSV to rows, NULL and the empty text kept apart.

Athena quotes every value, doubles quotes inside, and writes a NULL as nothing at all between two
commas (Athena user guide, PyAthena documentation). The standard ``csv`` module reads both as the
empty text and refuses long fields, so lines are split here, by string methods that run at C speed.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Final

from athena_shell.core.errors import ResultError
from athena_shell.core.model import Row

_SHOWN: Final = 40
_TOGETHER: Final = 1 << 15  # bytes whose rows find room in a processor's own memory


def split_csv(blocks: Iterable[bytes], width: int) -> Iterator[list[Row]]:
    """Yield the rows of each few of the bytes; blocks may have any size and end anywhere.

    Values must be quoted, as Athena does.

    Args:
        blocks: the result object in order.
        width: the number of columns.

    Raises:
        ResultError: the bytes are not UTF-8, or not what Athena writes.
    """
    decode = codecs.getincrementaldecoder("utf-8")().decode
    held: list[str] = []  # the lines of a record that ends inside a value
    begun: list[str] = []  # the pieces of a line that has not ended
    for piece in _pieces(blocks):
        try:
            text = decode(piece)
        except UnicodeDecodeError as error:
            raise ResultError("The result object is not UTF-8 text.") from error
        lines = text.split("\n")
        if begun and len(lines) > 1:
            lines[0] = "".join((*begun, lines[0]))
            begun.clear()
        begun.append(lines.pop())
        rows = _split_lines(lines, width, held)
        if rows:
            yield rows
    last = "".join(begun)
    rows = _split_lines([last], width, held) if last else []
    if held or decode(b"", final=False):
        raise ResultError(
            "The result object ends in the middle of a value.", "It was cut, or is being replaced."
        )
    if rows:
        yield rows


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for start in range(0, len(block), _TOGETHER):
            yield block[start : start + _TOGETHER]


def _split_lines(lines: list[str], width: int, held: list[str]) -> list[Row]:
    """Return the rows of some whole lines; ``held`` carries an open record on to the next call."""
    # one loop and few calls, since there may be millions of lines
    quotes = 2 * width
    commas = width - 1
    rows: list[Row] = []
    append = rows.append
    for line in lines:
        count = line.count('"')
        if held:
            held.append(line)
            if count % 2:
                append(_record("\n".join(held), width))
                held.clear()
        elif count == quotes:
            # Each quote delimits, and nothing else does, when cutting at '","' gives every cell.
            cells = line[1:-1].split('","')
            if len(cells) == width and line[0] == '"' == line[-1]:
                append(tuple(cells))
            else:
                append(_record(line, width))
        elif count % 2:
            held.append(line)
        elif line.count(",") == commas:
            append(_without_commas(line, count, width))
        else:
            append(_record(line, width))
    return rows


def _without_commas(line: str, count: int, width: int) -> Row:
    """Return the row of a line with as many commas as delimit: none is part of a value."""
    cells: list[str | None]
    if '""' in line:
        cells = [part[1:-1] if part else None for part in line.split(",")]
    else:
        cells = [cell or None for cell in line.replace('"', "").split(",")]
    there = width - cells.count(None)
    opened = line.count(',"') + (line[:1] == '"')
    closed = line.count('",') + (line[-1:] == '"')
    if opened == closed == there and count == 2 * there:
        return tuple(cells)
    return _record(line, width)


def _record(record: str, width: int) -> Row:
    """Return the row of any record, checked to its last character."""
    if record[:1] == '"' == record[-1:]:
        # As above, once the quotes that are left inside are all in pairs.
        cells = record[1:-1].split('","')
        if len(cells) == width and '"' not in ",".join(cells).replace('""', ""):
            return tuple([cell.replace('""', '"') for cell in cells])
    cells = _cells(record)
    if len(cells) != width:
        raise ResultError(
            f"A line of the result object has {len(cells)} cells where the result has {width}"
            f" columns: {record[:_SHOWN]}"
        )
    return tuple([_value(cell) if cell else None for cell in cells])


def _value(cell: str) -> str:
    inside = cell[1:-1].replace('""', "")
    if len(cell) < len('""') or not cell[0] == '"' == cell[-1] or '"' in inside:
        raise ResultError(f"A value of the result object is badly quoted: {cell[:_SHOWN]}")
    return cell[1:-1].replace('""', '"')


def _cells(record: str) -> list[str]:
    """Return the cells of a record as they are written: a comma within quotes parts nothing."""
    cells: list[str] = []
    begun: list[str] = []
    for part in record.split(","):
        closes = part.count('"') % 2
        if begun:
            begun.append(part)
            if closes:
                cells.append(",".join(begun))
                begun.clear()
        elif closes:
            begun.append(part)
        else:
            cells.append(part)
    if begun:
        raise ResultError(f"A value of the result object never ends: {record[:_SHOWN]}")
    return cells
