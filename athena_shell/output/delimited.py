r"""Rows as CSV or TSV in which a missing value and an empty text stay different.

The dialect is that of Athena's own result files: a missing value is bare nothing, the empty text
is ``""``, quotes are doubled, lines end with ``\n``. To a file every value is exact; to a terminal
the line is sanitised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output.batches import batches
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize
from athena_shell.output.values import is_number

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def format_csv(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield comma-separated lines; every value is quoted unless ``quote_all`` is off."""
    separator = options.separator or ","
    encode = _all_quoted(separator) if options.quote_all else _encoder(separator)
    yield from _lines(columns, rows, options, encode)


def format_tsv(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield tab-separated lines; a value is quoted only where it must be."""
    yield from _lines(columns, rows, options, _encoder("\t"))


def _lines(
    columns: Sequence[Column],
    rows: Iterable[Row],
    options: FormatOptions,
    encode: Callable[[Row], str],
) -> Iterator[str]:
    if not columns:
        return
    guard = _guard(columns) if options.csv_safe else None
    if options.header:
        header: Row = tuple(column.name for column in columns)
        yield _shown(encode(_guarded(header) if guard else header) + "\n", options)
    for batch in batches(rows, len(columns)):
        cells = map(guard, batch) if guard else batch
        yield _shown("\n".join(map(encode, cells)) + "\n", options)


def _shown(text: str, options: FormatOptions) -> str:
    if not options.tty:
        return text
    return sanitize(text, keep_newlines=True, keep_tabs=True, keep_joiners=options.keep_joiners)


def _all_quoted(delimiter: str) -> Callable[[Row], str]:
    between = f'"{delimiter}"'

    def encode(row: Row) -> str:
        try:
            joined = "\x00".join(row)  # type: ignore[arg-type]  # a missing value raises, as wanted
        except TypeError:
            return delimiter.join(
                ["" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row]
            )
        if '"' in joined or joined.count("\x00") != len(row) - 1:
            quoted = ['"' + cell.replace('"', '""') + '"' for cell in row if cell is not None]
            return delimiter.join(quoted)
        return '"' + joined.replace("\x00", between) + '"'

    return encode


def _encoder(delimiter: str) -> Callable[[Row], str]:
    twice = delimiter * 2

    def quoted(cell: str | None) -> str:
        if cell is None:
            return ""
        if not cell or delimiter in cell or '"' in cell or "\n" in cell or "\r" in cell:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def encode(row: Row) -> str:
        try:
            line = delimiter.join(row)  # type: ignore[arg-type]  # as above
        except TypeError:
            return delimiter.join(map(quoted, row))
        if (
            '"' in line
            or twice in line
            or line.count(delimiter) != len(row) - 1
            or "\n" in line
            or "\r" in line
            or not (row[0] and row[-1])
        ):
            return delimiter.join(map(quoted, row))
        return line

    return encode


def _guard(columns: Sequence[Column]) -> Callable[[Row], Row]:
    numbers = [is_number(column) for column in columns]

    def guard(row: Row) -> Row:
        return tuple(
            cell if number else _guarded((cell,))[0]
            for cell, number in zip(row, numbers, strict=True)
        )

    return guard


def _guarded(row: Row) -> Row:
    """Put an apostrophe before what a spreadsheet would run; numeric columns are left alone."""
    return tuple(
        f"'{cell}" if cell is not None and cell.startswith(_FORMULA_STARTS) else cell
        for cell in row
    )
