"""Where a script's results go: standard output, or one file that is whole or absent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from athena_shell.config.settings import Settings
from athena_shell.core.errors import CommandError, OutputError
from athena_shell.core.model import Column, Report, ResultSet, Row
from athena_shell.core.records import dataclass
from athena_shell.output.export import refuse_taken, whole_or_absent
from athena_shell.output.options import Content, options_for
from athena_shell.output.sanitize import sanitize
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink
from athena_shell.output.transfer import ResultFile, as_result, file_format, unheard
from athena_shell.query.control import StopReason
from athena_shell.query.interruption import cancelled
from athena_shell.script.signals import EndSignal

if TYPE_CHECKING:
    from athena_shell.output.registry import FormatterRegistry
    from athena_shell.query.transfer_line import TransferLine

_BRACES: Final = re.compile(r"\{(?!n\}|name\})[^{}/]*\}?")


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

    def trial(self, settings: Settings) -> Delivery | None:
        """Return what refuses as this does; ``None`` when every result can be shown."""
        return self if self._formatters.named(settings.format).binary else None

    def expect(self, settings: Settings) -> None:
        """Refuse a result that could not be shown; raises CommandError."""
        formatter = self._formatters.named(settings.format)
        if formatter.binary:
            raise CommandError(
                f"{formatter.name} is a format for files, and the results go to standard output.",
                f"Name a file: -o result{formatter.extensions[0] if formatter.extensions else ''}",
            )

    def deliver(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        content: Content = Content.RESULT,
    ) -> int:
        """Write a result and return its number of rows; raises OutputError."""
        formatter = self._formatters.named(settings.format)
        self._part(drawn=formatter.drawn)
        options = options_for(
            settings,
            self._screen,
            tty=self._sink.tty,
            unicode=self._sink.encoding.lower().startswith("utf"),
        )
        options = replace(options, content=content)
        counted = Counted(rows)
        self._sink.write_all(formatter.text(columns, counted, options))
        return counted.count

    def draw(self, lines: Iterable[str]) -> None:
        """Write a picture line by line, each with its end; raises OutputError."""
        self._part(drawn=True)
        self._sink.write_all(lines)

    def _part(self, *, drawn: bool) -> None:
        if drawn and not self._first:
            self._sink.write("\n")
        self._first = False


class FileDelivery:
    """Results into one file, which appears when the run has ended.

    Args:
        file: the open file.
        line: tells how far the transfer is.
    """

    def __init__(self, file: ResultFile, line: TransferLine | None = None) -> None:
        self._file = file
        self._line = line
        self._expected = 0

    def trial(self, _settings: Settings) -> Delivery:
        """Return what refuses as this does and writes nothing."""
        return FileDelivery(self._file)

    def expect(self, settings: Settings) -> None:
        """Refuse a second result where there is room for one; raises OutputError."""
        self._expected += 1
        if self._expected > 1:
            self._file.refuse_another(settings.format)

    @property
    def results(self) -> int:
        """How many results the file has."""
        return self._file.results

    def deliver(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        _content: Content = Content.RESULT,
    ) -> int:
        """Write rows and return their number; raises OutputError."""
        return self.receive(as_result(columns, rows), settings)

    def receive(self, result: ResultSet, settings: Settings) -> int:
        """Write a result and return its number of rows; raises OutputError and ResultError.

        Where the file is what Athena itself wrote, that is copied as it is.
        """
        options = options_for(settings)
        with reporting(self._line) as report:
            return self._file.add(result, options, otherwise=settings.format, report=report).rows


class PatternDelivery:
    """Each statement's result into a file of its own, such as ``out-{n}-{name}.csv``.

    Args:
        formatters: the formats by name.
        pattern: the files' path; ``{n}`` is the statement's number, ``{name}`` its name.
        force: whether existing files are replaced.
        format_name: the format asked for, empty when the files' ending decides.
        line: tells how far a transfer is.
    """

    def __init__(
        self,
        formatters: FormatterRegistry,
        pattern: str,
        *,
        force: bool = False,
        format_name: str = "",
        line: TransferLine | None = None,
    ) -> None:
        self._formatters = formatters
        self._pattern = pattern
        self._line = line
        self._force = force
        self._format = format_name
        self._path = Path(pattern)
        self._written: set[Path] = set()
        self._expected: set[Path] = set()

    def trial(self, _settings: Settings) -> Delivery:
        """Return what refuses as this does and writes nothing."""
        return PatternDelivery(
            self._formatters, self._pattern, force=self._force, format_name=self._format
        )

    def turn(self, number: int, name: str) -> None:
        """Go on to the next statement's file."""
        self._path = Path(self._pattern.replace("{n}", str(number)).replace("{name}", name))

    def expect(self, settings: Settings) -> None:
        """Refuse a result whose file is taken; raises OutputError, CommandError for its format."""
        self._refuse(self._expected)
        self._expected.add(self._path)
        refuse_taken(self._path, force=self._force)
        file_format(self._formatters, self._path, self._format, settings.format)

    def deliver(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        _content: Content = Content.RESULT,
    ) -> int:
        """Write rows and return their number; raises OutputError."""
        return self.receive(as_result(columns, rows), settings)

    def receive(self, result: ResultSet, settings: Settings) -> int:
        """Write a result and return its number of rows; raises OutputError and ResultError.

        A file that this run has written already is never replaced, whatever may be.
        """
        self._refuse(self._written)
        self._written.add(self._path)
        with delivery_to_file(
            self._formatters,
            self._path,
            force=self._force,
            format_name=self._format,
            line=self._line,
        ) as delivery:
            return delivery.receive(result, settings)

    def _refuse(self, taken: AbstractSet[Path]) -> None:
        if self._path in taken:
            raise OutputError(
                f"{self._path} holds the result of an earlier statement of this run already.",
                "Put {n} into the pattern, or give each statement a @name of its own.",
            )


def is_pattern(output: str) -> bool:
    """Tell whether ``-o`` names a file for each statement."""
    return "{n}" in output or "{name}" in output


def refuse_misspelled(output: str) -> None:
    """Refuse braces in ``-o`` that stand for nothing, such as ``{nn}``; raises CommandError."""
    if (found := _BRACES.search(output)) is not None:
        raise CommandError(
            f"-o {output} has {found[0]}, which stands for nothing.",
            "{n} is the statement's number, {name} its @name.",
        )


class Delivery(Protocol):
    """Where results go."""

    def trial(self, settings: Settings) -> Delivery | None:
        """Return one to ask what would be refused; ``None`` when it takes whatever comes."""

    def expect(self, settings: Settings) -> None:
        """Refuse what could not be delivered, before it is asked for.

        Raises:
            CommandError: there is no such format, or it cannot be shown there.
            OutputError: there is no room for it.
        """

    def deliver(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        content: Content = Content.RESULT,
    ) -> int:
        """Write a result and return its number of rows; raises OutputError."""


def show(delivery: Delivery, result: ResultSet, settings: Settings) -> int | None:
    """Deliver a query's result as it is read; return its rows, or how many it changed.

    Raises QueryCancelled when the reading is interrupted, ResultError and OutputError.
    """
    if not result.columns:
        return result.update_count
    with reading():
        if isinstance(delivery, FileDelivery | PatternDelivery):
            return delivery.receive(result, settings)
        return delivery.deliver(result.columns, result.rows(), settings)


@contextmanager
def reading() -> Iterator[None]:
    """Read a result; an interrupt becomes QueryCancelled."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        reason = interrupt.reason if isinstance(interrupt, EndSignal) else StopReason.USER
        message = "Reading the result was interrupted; the query itself had succeeded."
        raise cancelled(reason, message) from None


@contextmanager
def reporting(line: TransferLine | None) -> Iterator[Report]:
    """Give what hears of a transfer's progress; the line is gone behind the block."""
    if line is None:
        yield unheard
        return
    line.begin()
    try:
        yield line.report
    finally:
        line.clear()


@contextmanager
def delivery_to_file(
    formatters: FormatterRegistry,
    path: Path,
    *,
    force: bool,
    format_name: str = "",
    line: TransferLine | None = None,
) -> Iterator[FileDelivery]:
    """Open a file delivery; the file appears only when the block ends well."""
    with whole_or_absent(path, force=force) as writer:
        yield FileDelivery(ResultFile(formatters, path, writer, format_name), line)


def print_text(out: Sink, text: str) -> None:
    """Write what a command says as data; a terminal gets nothing that would drive it."""
    shown = sanitize(text, keep_newlines=True, keep_tabs=True) if out.tty else text
    out.write_all([shown])
