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


def split_csv(blocks: Iterable[bytes], width: int) -> Iterator[list[Row]]:
    """Yield the rows that each block of bytes completes; blocks may end anywhere.

    Values must be quoted, as Athena does.

    Args:
        blocks: the result object in order.
        width: the number of columns.

    Raises:
        ResultError: the bytes are not UTF-8, or not what Athena writes.
    """
    decode = codecs.getincrementaldecoder("utf-8")().decode
    held: list[str] = []  # the lines of a record that ends inside a value
    fragment = ""
    for block in blocks:
        try:
            lines = (fragment + decode(block)).split("\n")
        except UnicodeDecodeError as error:
            raise ResultError("The result object is not UTF-8 text.") from error
        fragment = lines.pop()
        rows = _split_lines(lines, width, held)
        if rows:
            yield rows
    rows = _split_lines([fragment], width, held) if fragment else []
    if held or decode(b"", final=False):
        raise ResultError(
            "The result object ends in the middle of a value.", "It was cut, or is being replaced."
        )
    if rows:
        yield rows


def _split_lines(  # noqa: C901 - one loop, so that a million rows take no calls
    lines: list[str], width: int, held: list[str]
) -> list[Row]:
    """Return the rows of some whole lines; ``held`` carries an open record on to the next call."""
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
        elif line.count(",") == commas:
            # No comma is part of a value; without doubled quotes each value has just its two.
            parts = line.split(",")
            if count == quotes - 2 * parts.count(""):
                append(tuple([part[1:-1] if part else None for part in parts]))
            elif count % 2:
                held.append(line)
            else:
                append(_record(line, width))
        elif count % 2:
            held.append(line)
        else:
            append(_record(line, width))
    return rows


def _record(record: str, width: int) -> Row:
    """Return the row of any record, checked character by character."""
    cells = list(_cells(record))
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


def _cells(record: str) -> Iterator[str]:
    """Yield the cells of a record as they are written; linear in its length."""
    start = 0
    while True:
        end = _behind_value(record, start) if record[start : start + 1] == '"' else start
        comma = record.find(",", end)
        if comma < 0:
            yield record[start:]
            return
        yield record[start:comma]
        start = comma + 1


def _behind_value(record: str, start: int) -> int:
    """Return the offset behind the closing quote of the value that opens at ``start``."""
    at = start + 1
    while True:
        quote = record.find('"', at)
        if quote < 0:
            raise ResultError(f"A value of the result object never ends: {record[:_SHOWN]}")
        if record[quote + 1 : quote + 2] != '"':
            return quote + 1
        at = quote + 2
