"""Rows into a file in the format its name chooses, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from athena_shell.core.errors import (
    CommandError,
    LoginRequired,
    OutputError,
    ResultError,
    ServiceError,
)
from athena_shell.core.model import Column, Page, Report, ResultSet, Row, Transferred
from athena_shell.output.batches import batches
from athena_shell.output.conversion import converted
from athena_shell.output.export import FileWriter, whole_or_absent
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import Formatter, FormatterRegistry
from athena_shell.output.sink import write_error

_ROWS_PER_REPORT: Final = 500
_REPLACED: Final = "PreconditionFailed"


def unheard(_transferred: Transferred) -> None:
    """Hear nothing."""


def format_for(formatters: FormatterRegistry, path: Path, asked: str = "") -> Formatter:
    """Return the format asked for, or else the one the file's ending chooses.

    Raises:
        CommandError: neither says which, there is no such format, or its package is not
            installed.
    """
    formatter = formatters.named(asked) if asked else formatters.for_path(path)
    if formatter is None:
        endings = sorted(ending for item in formatters.built_in() for ending in item.extensions)
        raise CommandError(
            f"The ending of {path.name} chooses no format.",
            f"Name the format with --format, or end the name in one of {', '.join(endings)}.",
        )
    formatter.require()
    return formatter


def is_straight_copy(formatter: Formatter, options: FormatOptions) -> bool:
    """Whether the file is, byte for byte, what Athena itself writes."""
    return (
        formatter.name == "csv"
        and options.header
        and options.quote_all
        and options.separator in {"", ","}
        and not options.csv_safe
    )


class ResultFile:
    """An open file that results go into, one after the other.

    Args:
        formatters: the formats by name.
        path: the file's name; its ending chooses the format unless one is asked for.
        writer: the file's bytes on their way.
        format_name: the format asked for, empty when the ending decides.
    """

    def __init__(
        self, formatters: FormatterRegistry, path: Path, writer: FileWriter, format_name: str = ""
    ) -> None:
        self._formatters = formatters
        self._path = path
        self._writer = writer
        self._format = format_name
        self.results = 0

    def add(
        self,
        result: ResultSet,
        options: FormatOptions,
        *,
        otherwise: str,
        report: Report = unheard,
    ) -> Transferred:
        """Write a result: by a straight copy where that gives the same file.

        One that cannot be written whole is taken back; what was there before it stays.

        Args:
            result: taken as it is written.
            options: how values look.
            otherwise: the format when neither the ending nor anybody says which.
            report: hears of the progress, on the calling thread.

        Raises:
            OutputError: the file cannot be written, or the format cannot hold a value or a
                second result.
            ResultError: the result was replaced while it was copied.
        """
        formatter = file_format(self._formatters, self._path, self._format, otherwise)
        if self.results:
            self.refuse_another(otherwise)
        with self._writer.whole_or_undone():
            done = self._added(formatter, result, options, report)
        self.results += 1
        return done

    def _added(
        self, formatter: Formatter, result: ResultSet, options: FormatOptions, report: Report
    ) -> Transferred:
        if self.results and formatter.drawn:
            self._writer.write("\n")
        if not self.results and (way := self._short_way(formatter, result, options, report)):
            done = _tried(way, self._path)
            if done is not None:
                return done
        return write_rows(
            formatter, result.columns, result.rows(), self._writer, options, report=report
        )

    def refuse_another(self, otherwise: str) -> None:
        """Refuse a second result in a format that holds one; raises OutputError."""
        formatter = file_format(self._formatters, self._path, self._format, otherwise)
        if formatter.write is not None:
            raise OutputError(
                f"{self._path} can hold one {formatter.name} result only.",
                "Give each statement a file of its own, or choose a text format.",
            )

    def _short_way(
        self, formatter: Formatter, result: ResultSet, options: FormatOptions, report: Report
    ) -> Callable[[], Transferred | None] | None:
        """Return how to write a result without its rows being looked at, if there is a way."""
        copy, writer = result.copy, self._writer
        if copy is None or not writer.regular:
            return None
        if is_straight_copy(formatter, options):
            return lambda: writer.fill(lambda descriptor: copy(descriptor, report))
        if formatter.convert is not None:
            return lambda: converted(formatter, result, writer, report)
        return None


def file_format(formatters: FormatterRegistry, path: Path, asked: str, otherwise: str) -> Formatter:
    """Return the format asked for, else the one the file's ending chooses, else the current one.

    Raises CommandError when there is no such format, or its package is not installed.
    """
    own = None if asked else formatters.for_path(path)
    formatter = own or formatters.named(asked or otherwise)
    formatter.require()
    return formatter


def as_result(columns: Sequence[Column], rows: Iterable[Row]) -> ResultSet:
    """Return rows that are here already, or come from elsewhere, as a result."""
    pages = (Page(tuple(batch)) for batch in batches(rows, max(1, len(columns))))
    return ResultSet(tuple(columns), pages)


def _tried(way: Callable[[], Transferred | None], path: Path) -> Transferred | None:
    """Take a way of writing; ``None`` when the result cannot be had so, but may by rows."""
    try:
        return way()
    except (ServiceError, LoginRequired):
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
    report: Report = unheard,
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
    return Transferred(counted.count, writer.binary.tell() if writer.regular else writer.written)


class _Counted:
    """Rows on their way, counted and reported."""

    def __init__(self, rows: Iterable[Row], writer: FileWriter, report: Report) -> None:
        self._rows = rows
        self._writer = writer
        self._report = report
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            if self.count % _ROWS_PER_REPORT == 0:
                self._report(Transferred(self.count, self._writer.written))
            yield row
