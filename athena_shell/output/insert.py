"""Rows as INSERT statements in Athena's own SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output.json import is_number_text
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize
from athena_shell.output.values import APPROXIMATE, INTEGERS, unique_names

_LONGEST_STATEMENT: Final = 200_000  # Athena takes 262,144 bytes
_BYTES_PER_CHARACTER: Final = 4
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-fA-F]{2})*")

Literal = Callable[[str], str]


def format_insert(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield ``INSERT INTO … VALUES`` statements of some rows each.

    Numbers, booleans and NULL are bare, dates and times are typed literals, everything else is a
    text literal, nested values with Athena's text.
    """
    if not columns:
        return
    literals = [_literal(column) for column in columns]
    names = ", ".join(_quoted(name) for name in unique_names(columns))
    head = f"INSERT INTO {_target(options.table_name)} ({names}) VALUES\n"
    held: list[str] = []
    size = 0
    for row in rows:
        values = ", ".join(
            "NULL" if cell is None else literal(cell)
            for cell, literal in zip(row, literals, strict=True)
        )
        line = f"({values})"
        bytes_long = len(line) if line.isascii() else len(line) * _BYTES_PER_CHARACTER
        if held and (len(held) == options.batch_rows or size + bytes_long > _LONGEST_STATEMENT):
            yield _statement(head, held, options)
            held, size = [], 0
        held.append(line)
        size += bytes_long + 2
    if held:
        yield _statement(head, held, options)


def _statement(head: str, lines: list[str], options: FormatOptions) -> str:
    text = head + ",\n".join(lines) + ";\n"
    return sanitize(text, keep_newlines=True, keep_tabs=True) if options.tty else text


def _target(name: str) -> str:
    return ".".join(_quoted(part) for part in name.split("."))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'"


def _bytes(cell: str) -> str:
    digits = cell.replace(" ", "")
    return f"X'{digits}'" if _HEXADECIMAL.fullmatch(digits) else _text(cell)


def _literal(column: Column) -> Literal:
    kind = column.type
    if kind in INTEGERS:
        return lambda cell: cell if is_number_text(cell) else _text(cell)
    if kind in APPROXIMATE:
        return lambda cell: cell if is_number_text(cell) else f"CAST({_text(cell)} AS {kind})"
    if kind == "boolean":
        return lambda cell: cell if cell in {"true", "false"} else _text(cell)
    if kind in {"varbinary", "binary"}:
        return _bytes
    keyword = _TYPED.get(kind)
    return (lambda cell: f"{keyword} {_text(cell)}") if keyword else _text


_TYPED: Final = {
    "decimal": "DECIMAL",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP",
    "json": "JSON",
}
