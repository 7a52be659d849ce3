"""Rows into a file in the format its name chooses, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from athena_shell.core.errors import CommandError, ResultError, ServiceError
from athena_shell.core.model import Column, Row
from athena_shell.output.export import FileWriter, whole_or_absent
from athena_shell.output.line_count import csv_rows
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import Formatter, FormatterRegistry
from athena_shell.output.sink import write_error

_ROWS_PER_REPORT: Final = 500
_REPLACED: Final = "PreconditionFailed"


@dataclass(frozen=True)
class Transferred:
    """How far a transfer has come."""

    rows: int = 0
    bytes: int = 0


Report = Callable[[Transferred], None]
Copy = Callable[[int], int]
"""Fills an empty file with a result as Athena wrote it; see ``ResultSet.copy``."""


def format_for(formatters: FormatterRegistry, path: Path, asked: str = "") -> Formatter:
    """Return the format asked for, or else the one the file's ending chooses.

    Raises:
        CommandError: neither says which, or there is no such format.
    """
    formatter = formatters.named(asked) if asked else formatters.for_path(path)
    if formatter is None:
        endings = sorted(ending for item in formatters.built_in() for ending in item.extensions)
        raise CommandError(
            f"The ending of {path.name} chooses no format.",
            f"Name the format, or end the name in one of {', '.join(endings)}.",
        )
    return formatter


def is_straight_copy(formatter: Formatter, options: FormatOptions) -> bool:
    """Whether the file is, byte for byte, what Athena itself writes."""
    return formatter.name == "csv" and options.header and options.quote_all and not options.csv_safe


def copied_rows(copy: Copy, writer: FileWriter, path: Path) -> int | None:
    """Fill the empty file by a straight copy and return its rows.

    ``None`` when the result cannot be had so: the file is empty then, and its rows may be written.

    Raises:
        OutputError: the file cannot be written.
        ResultError: the object was replaced while it was copied.
    """
    if not writer.regular:
        return None
    try:
        writer.fill(copy)
        return csv_rows(writer.binary.fileno()) - 1
    except ServiceError:
        return None
    except ResultError as error:
        if error.code == _REPLACED:
            raise
        return None
    except OSError as error:
        raise write_error(str(path), error) from error


def export_rows(
    formatter: Formatter,
    columns: Sequence[Column],
    rows: Iterable[Row],
    path: Path,
    options: FormatOptions,
    *,
    force: bool = False,
) -> Transferred:
    """Write a result to a file that is whole or absent; return its rows and bytes.

    Args:
        formatter: text or binary.
        columns: the result's columns.
        rows: taken as they are written.
        path: the target.
        options: how values look.
        force: replace an existing file.

    Raises:
        OutputError: the file cannot be written, or the format cannot hold a value.
    """
    with whole_or_absent(path, force=force) as writer:
        return write_rows(formatter, columns, rows, writer, options)


def write_rows(
    formatter: Formatter,
    columns: Sequence[Column],
    rows: Iterable[Row],
    writer: FileWriter,
    options: FormatOptions,
    *,
    report: Report | None = None,
) -> Transferred:
    """Write a result to an open file; otherwise as ``export_rows``.

    ``report`` hears of the progress some hundred rows apart, on the calling thread.
    """
    counted = _Counted(rows, writer, report)
    if formatter.write is not None:
        formatter.write(columns, counted, writer.binary, options)
    else:
        for piece in formatter.text(columns, counted, options):
            writer.write(piece)
    written = Transferred(counted.count, writer.binary.tell())
    if report is not None:
        report(written)
    return written


class _Counted:
    """Rows on their way, counted and reported."""

    def __init__(self, rows: Iterable[Row], writer: FileWriter, report: Report | None) -> None:
        self._rows = rows
        self._writer = writer
        self._report = report
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            if self._report is not None and self.count % _ROWS_PER_REPORT == 0:
                self._report(Transferred(self.count, self._writer.written))
            yield row
