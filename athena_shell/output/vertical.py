"""Rows as records: one line for each column, headed by the record's number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output import values
from athena_shell.output.fitting import spread
from athena_shell.output.options import Content, FormatOptions
from athena_shell.output.sanitize import sanitize, sanitizer
from athena_shell.output.widths import cut, display_width, pad

_DIM: Final = "\x1b[2m"
_BOLD: Final = "\x1b[1m"
_RESET: Final = "\x1b[0m"
_WIDEST_NAME: Final = 60
_RULE_WIDTH: Final = 40
_BETWEEN: Final = " | "


def format_vertical(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield each row as a record.

    For example::

        -[ RECORD 1 ]---------------------------
        order_id | 17
        note     | first line
                 : second line
        shipped  | NULL

    A value's own line breaks are kept; the colon tells them from a column's first line. Figures
    are one record, with a line for each of them. Texts of commands go on below their beginning;
    a word is never broken, so that a path can be copied.
    """
    if not columns:
        return
    if options.content is Content.FIGURES:
        figures = list(rows)
        if not figures:
            return
        columns = [Column(name or "") for name, _ in figures]
        rows = [tuple(value for _, value in figures)]
    labels = _labels(columns, options)
    indent = " " * display_width(labels[0])
    shown = values.shown_rows(columns, options)
    dim, bold, reset = (_DIM, _BOLD, _RESET) if options.color else ("", "", "")
    null = f"{dim}{sanitize(options.null)}{reset}"
    for number, row in enumerate(rows, 1):
        cells = shown([row])[0] if shown else row
        lines = [f"{bold}{f'-[ RECORD {number} ]':-<{_RULE_WIDTH}}{reset}"]
        for label, cell in zip(labels, cells, strict=True):
            text = null if cell is None else _value(cell, indent, options)
            lines.append(f"{bold}{label}{reset}{_BETWEEN}{text}".rstrip(" "))
        yield "\n".join(lines) + "\n"


def _labels(columns: Sequence[Column], options: FormatOptions) -> list[str]:
    clean = sanitizer(keep_joiners=options.keep_joiners)
    names = [
        clean(f"{column.name} ({values.type_text(column)})" if options.type_row else column.name)
        for column in columns
    ]
    mark = "…" if options.unicode else "~"
    width = min(_WIDEST_NAME, max(display_width(name) for name in names))
    return [pad(cut(name, width, mark), width) for name in names]


def _value(cell: str, indent: str, options: FormatOptions) -> str:
    text = sanitize(cell, keep_newlines=True, keep_joiners=options.keep_joiners)
    room = options.width - len(indent) - len(_BETWEEN)
    if options.content is not Content.RESULT and 0 < room < display_width(text):
        return f"\n{indent}   ".join(spread(text, room))
    return text.replace("\n", f"\n{indent} : ") if "\n" in text else text
