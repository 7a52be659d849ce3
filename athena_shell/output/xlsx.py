"""Rows as an Excel workbook, a row of memory at a time."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, Final

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output.json import is_number_text
from athena_shell.output.missing import extra
from athena_shell.output.options import FormatOptions
from athena_shell.output.values import is_number, unique_names

# https://support.microsoft.com/office/excel-specifications-and-limits
_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
_CHARACTERS: Final = 32_767
_DIGITS: Final = 15
_FIRST_YEAR: Final = 1900
_WIDTH: Final = (6, 40)

Put = Callable[[int, int, str], object]


def write_xlsx(
    columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes], options: FormatOptions
) -> None:
    """Write a workbook; a result of more rows than a sheet holds goes on in the next one.

    Numbers of up to 15 digits become numbers, longer ones texts, since Excel would round them.
    Dates and timestamps become dates; everything else is text and never a formula.

    Raises:
        CommandError: XlsxWriter is not installed.
        OutputError: a value or the row is too long for the format.
    """
    with extra("xlsx", "The xlsx format"):
        import xlsxwriter
    if len(columns) > _COLUMNS:
        raise OutputError(
            f"An Excel sheet holds {_COLUMNS:,} columns; the result has {len(columns):,}.",
            "Export it as csv or parquet.",
        )
    # the archive is closed in a file of its own: one that failed half-way would be written again
    # when it is thrown away
    with tempfile.TemporaryFile(prefix="athena-shell-") as whole:
        book = xlsxwriter.Workbook(whole, {"constant_memory": True, "strings_to_urls": False})
        try:
            _fill(book, columns, rows, options)
        finally:
            book.close()
        whole.seek(0)
        shutil.copyfileobj(whole, stream)


def _fill(
    book: Any, columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> None:
    bold = book.add_format({"bold": True})
    names = unique_names(columns)
    sheet: Any = None
    line = _ROWS
    puts: list[Put] = []
    for row in _at_least_one(rows):
        if line >= _ROWS:
            sheet = book.add_worksheet()
            puts = [_put(book, sheet, column) for column in columns]
            line = _head(sheet, names, bold) if options.header else 0
        if row is None:
            break
        for index, cell in enumerate(row):
            if cell is not None:
                _check(cell, names[index], line)
                puts[index](line, index, cell)
        line += 1


def _at_least_one(rows: Iterable[Row]) -> Iterable[Row | None]:
    """Yield the rows, or one ``None`` when there are none, so that there is a sheet."""
    found = False
    for row in rows:
        found = True
        yield row
    if not found:
        yield None


def _head(sheet: Any, names: Sequence[str], bold: Any) -> int:
    for index, name in enumerate(names):
        sheet.set_column(index, index, min(max(len(name) + 2, _WIDTH[0]), _WIDTH[1]))
        sheet.write_string(0, index, name, bold)
    sheet.freeze_panes(1, 0)
    return 1


def _check(cell: str, name: str, line: int) -> None:
    if len(cell) > _CHARACTERS:
        raise OutputError(
            f"An Excel cell holds {_CHARACTERS:,} characters; {name} in row {line} has"
            f" {len(cell):,}.",
            "Export it as csv or parquet.",
        )


def _put(book: Any, sheet: Any, column: Column) -> Put:
    text: Put = sheet.write_string
    if is_number(column):
        pattern = f"0.{'0' * column.scale}" if column.type == "decimal" and column.scale else None
        return _numbers(sheet, text, book.add_format({"num_format": pattern}) if pattern else None)
    if column.type == "boolean":
        return lambda line, index, cell: (
            sheet.write_boolean(line, index, cell == "true")
            if cell in {"true", "false"}
            else text(line, index, cell)
        )
    if column.type == "date":
        return _dates(
            sheet, text, book.add_format({"num_format": "yyyy-mm-dd"}), date.fromisoformat
        )
    if column.type == "timestamp":
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        return _dates(sheet, text, form, datetime.fromisoformat)
    return text


def _numbers(sheet: Any, text: Put, form: Any) -> Put:
    def put(line: int, index: int, cell: str) -> None:
        digits = sum(character.isdigit() for character in cell.lower().partition("e")[0])
        number = float(cell) if is_number_text(cell) else math.nan
        if math.isfinite(number) and digits <= _DIGITS:
            sheet.write_number(line, index, number, form)
        else:
            text(line, index, cell)

    return put


def _dates(sheet: Any, text: Put, form: Any, read: Callable[[str], date]) -> Put:
    def put(line: int, index: int, cell: str) -> None:
        try:
            value = read(cell)
        except ValueError:
            value = date.min
        finer = isinstance(value, datetime) and value.microsecond % 1000
        if value.year < _FIRST_YEAR or finer:
            text(line, index, cell)
        else:
            sheet.write_datetime(line, index, value, form)

    return put
