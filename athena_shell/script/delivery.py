"""Where a script's results go: standard output, or one file that is whole or absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from athena_shell.config.settings import Settings
from athena_shell.core.errors import OutputError
from athena_shell.core.model import Column, ResultSet, Row
from athena_shell.output.export import whole_or_absent
from athena_shell.output.options import options_for
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink
from athena_shell.output.transfer import Copy, copied_rows, is_straight_copy
from athena_shell.query.control import StopReason
from athena_shell.query.interruption import cancelled
from athena_shell.script.signals import EndSignal

if TYPE_CHECKING:
    from athena_shell.output.export import FileWriter
    from athena_shell.output.registry import Formatter, FormatterRegistry


@dataclass
class Counted:
    """Rows on their way, counted as they pass."""

    rows: Iterable[Row]
    count: int = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


class ScreenDelivery:
    """Results as text on standard output, a blank line between drawn ones."""

    def __init__(
        self, formatters: FormatterRegistry, sink: Sink, screen: Screen | None = None
    ) -> None:
        self._formatters = formatters
        self._sink = sink
        self._screen = screen
        self._first = True

    def deliver(self, columns: Sequence[Column], rows: Iterable[Row], settings: Settings) -> int:
        """Write a result and return its number of rows; raises OutputError."""
        formatter = self._formatters.named(settings.format)
        if formatter.drawn and not self._first:
            self._sink.write("\n")
        self._first = False
        options = options_for(
            settings,
            self._screen,
            tty=self._sink.tty,
            unicode=self._sink.encoding.lower().startswith("utf"),
        )
        counted = Counted(rows)
        self._sink.write_all(formatter.text(columns, counted, options))
        return counted.count

    def write(self, text: str) -> None:
        """Write a command's text; raises OutputError."""
        self._sink.write(text if text.endswith("\n") else f"{text}\n")
        self._sink.flush()


class FileDelivery:
    """Results into one file, which appears when the run has ended.

    Args:
        formatters: the formats by name.
        path: the file; its ending chooses the format unless one is asked for.
        writer: the file's bytes on their way.
        format_name: the format asked for, empty when the file's ending decides.
    """

    def __init__(
        self, formatters: FormatterRegistry, path: Path, writer: FileWriter, format_name: str = ""
    ) -> None:
        self._formatters = formatters
        self._path = path
        self._writer = writer
        self._format = format_name
        self._results = 0

    def deliver(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        *,
        copy: Copy | None = None,
    ) -> int:
        """Write a result and return its number of rows; raises OutputError.

        Where the file is what Athena itself wrote, and ``copy`` can have that, it is copied.
        """
        formatter = file_format(self._formatters, self._path, self._format, settings.format)
        counted = Counted(rows)
        options = options_for(settings)
        if copy is not None and not self._results and is_straight_copy(formatter, options):
            copied = copied_rows(copy, self._writer, self._path)
            if copied is not None:
                self._results += 1
                return copied
        if formatter.write is not None:
            if self._results:
                raise OutputError(
                    f"{self._path} can hold one {formatter.name} result only.",
                    "Run the statements one by one, or choose a text format.",
                )
            formatter.write(columns, counted, self._writer.binary, options)
        else:
            if self._results and formatter.drawn:
                self._writer.write("\n")
            for piece in formatter.text(columns, counted, options):
                self._writer.write(piece)
        self._results += 1
        return counted.count


class PatternDelivery:
    """Each statement's result into a file of its own, such as ``out-{n}-{name}.csv``.

    Args:
        formatters: the formats by name.
        pattern: the files' path; ``{n}`` is the statement's number, ``{name}`` its name.
        force: whether existing files are replaced.
        format_name: the format asked for, empty when the files' ending decides.
    """

    def __init__(
        self,
        formatters: FormatterRegistry,
        pattern: str,
        *,
        force: bool = False,
        format_name: str = "",
    ) -> None:
        self._formatters = formatters
        self._pattern = pattern
        self._force = force
        self._format = format_name
        self._path = Path(pattern)

    def turn(self, number: int, name: str) -> None:
        """Go on to the next statement's file."""
        self._path = Path(self._pattern.replace("{n}", str(number)).replace("{name}", name))

    def deliver(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        *,
        copy: Copy | None = None,
    ) -> int:
        """Write a result and return its number of rows; raises OutputError."""
        with delivery_to_file(
            self._formatters, self._path, force=self._force, format_name=self._format
        ) as delivery:
            return delivery.deliver(columns, rows, settings, copy=copy)


def is_pattern(output: str) -> bool:
    """Tell whether ``-o`` names a file for each statement."""
    return "{n}" in output or "{name}" in output


class Delivery(Protocol):
    """Where results go."""

    def deliver(self, columns: Sequence[Column], rows: Iterable[Row], settings: Settings) -> int:
        """Write a result and return its number of rows; raises OutputError."""


def show(delivery: Delivery, result: ResultSet, settings: Settings) -> int | None:
    """Deliver a query's result as it is read; return its rows, or how many it changed.

    Raises QueryCancelled when the reading is interrupted, ResultError and OutputError.
    """
    if not result.columns:
        return result.update_count
    try:
        if isinstance(delivery, FileDelivery | PatternDelivery):
            return delivery.deliver(result.columns, result.rows(), settings, copy=result.copy)
        return delivery.deliver(result.columns, result.rows(), settings)
    except KeyboardInterrupt as interrupt:
        reason = interrupt.reason if isinstance(interrupt, EndSignal) else StopReason.USER
        message = "Reading the result was interrupted; the query itself had succeeded."
        raise cancelled(reason, message) from None


def file_format(formatters: FormatterRegistry, path: Path, asked: str, otherwise: str) -> Formatter:
    """Return the format asked for, else the one the file's ending chooses, else the current one."""
    if asked:
        return formatters.named(asked)
    return formatters.for_path(path) or formatters.named(otherwise)


@contextmanager
def delivery_to_file(
    formatters: FormatterRegistry, path: Path, *, force: bool, format_name: str = ""
) -> Iterator[FileDelivery]:
    """Open a file delivery; the file appears only when the block ends well."""
    with whole_or_absent(path, force=force) as writer:
        yield FileDelivery(formatters, path, writer, format_name)
