"""What a run leaves behind: a summary, figures in JSON, a JUnit file, a GitHub step summary."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from athena_shell.core.records import dataclass
from athena_shell.output.sink import write_error
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.script.record import SKIPPED, Record, printable
from athena_shell.script.summary_table import SummaryTable
from athena_shell.script.talk import Talk

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


class Reports:
    """Takes the records of a run as they come and writes the reports.

    Args:
        stats: a file for one JSON object a statement, written as they end; empty for none.
        junit: a file for a JUnit report, written at the end; empty for none.
        github: the file of the step summary, empty for none.
        price: to show costs; ``None`` leaves them out.
        summary: whether the table and the last line are said.

    Raises OutputError when a file cannot be written; each is tried at once, before anything runs.
    """

    def __init__(
        self,
        *,
        stats: str = "",
        junit: str = "",
        github: str = "",
        price: Price | None = None,
        summary: bool = True,
    ) -> None:
        for name in filter(None, (junit, github)):
            _try(name)
        self._stats: TextIO | None = _opened(stats) if stats else None
        self._stats_name, self._junit, self._github = stats, junit, github
        self._price, self._summary = price, summary
        self.totals = Totals()
        self._table = SummaryTable()
        self.records: list[Record] = []

    def add(self, record: Record) -> None:
        """Take a record whose statement has ended."""
        self.totals.take(record)
        self._table.take(record)
        if self._junit or self._github:
            self.records.append(record)
        if self._stats is not None:
            try:
                self._stats.write(record.as_json() + "\n")
                self._stats.flush()
            except OSError as error:
                raise write_error(self._stats_name, error) from error

    def finish(self, talk: Talk, width: int = 0, *, expected: int | None = None) -> None:
        """Write what is written at the end, and say the summary of a run of several statements.

        Args:
            talk: where the summary goes.
            width: columns of the terminal there; 0 means there is none.
            expected: how many statements there were to run; ``None`` when nobody knows.
        """
        self.totals.left = max(0, (expected or 0) - self.totals.statements)
        if self._stats is not None:
            with suppress(OSError):
                self._stats.close()
        if self._junit:
            # Loaded for a report alone: a run without one starts the sooner.
            from athena_shell.script.junit import junit_text

            _write(self._junit, junit_text(self.records), append=False)
        if self._github:
            text = markdown_text(self.records, self._price)
            _write(self._github, f"{text}{escaped(self.totals.text(self._price))}\n", append=True)
        if self.totals.records > 1 and self._summary:
            table = self._table.text(self._price, width)
            talk.normal(f"\n{table}{self.totals.text(self._price)}")


@dataclass
class Totals:
    """The sums of a run; what they take does not grow with it."""

    statements: int = 0
    failed: int = 0
    commands: int = 0
    skipped: int = 0
    left: int = 0
    seconds: float = 0.0
    scanned_bytes: int = 0
    cost: Decimal = Decimal(0)

    def take(self, record: Record) -> None:
        """Add a statement, or a command that failed."""
        if not record.number:
            self.commands += 1
            return
        self.statements += 1
        self.failed += bool(record.error)
        self.skipped += record.state == SKIPPED
        self.seconds += record.seconds
        self.scanned_bytes += record.scanned_bytes or 0
        self.cost += record.cost or 0

    @property
    def records(self) -> int:
        """How many there is something to say of."""
        return self.statements + self.commands

    def text(self, price: Price | None) -> str:
        """Return the last line: ``7 statements: 6 succeeded, 1 failed · 12.0 s · 1.20 GB``."""
        counts = [f"{self.statements - self.failed - self.skipped} succeeded"]
        counts += [f"{self.failed} failed"] if self.failed else []
        counts += [f"{self.skipped} skipped"] if self.skipped else []
        plural = "" if self.statements == 1 else "s"
        parts = [f"{self.statements} statement{plural}: {', '.join(counts)}"]
        if self.left:
            parts.append(f"{self.left} not run")
        if self.commands:
            parts.append(f"{self.commands} command{'' if self.commands == 1 else 's'} failed")
        parts += [
            f"{self.seconds:.1f} s",
            f"{format_bytes(self.scanned_bytes)} scanned",
        ]
        if price:
            parts.append("free" if self.cost == 0 else format_cost(self.cost, price.symbol))
        return " · ".join(parts)


def markdown_text(records: Sequence[Record], price: Price | None) -> str:
    """Return the records as a Markdown table for people."""
    lines = [
        "| | Statement | State | Rows | Time | Scanned | Cost |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for record in records:
        mark = "❌" if record.error else "⏭️" if record.state == SKIPPED else "✅"
        cost = format_cost(record.cost, price.symbol) if price and record.cost is not None else ""
        cells = (
            mark,
            f"{record.source}:{record.line} {record.verb} {record.error}".strip(),
            record.state,
            "" if record.rows is None else f"{record.rows:,}",
            f"{record.seconds:.1f} s",
            format_bytes(record.scanned_bytes) if record.scanned_bytes is not None else "",
            cost,
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n\n"


def escaped(text: str) -> str:
    """Return text that HTML, which Markdown may hold, shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cell(text: str) -> str:
    return escaped(printable(text)).replace("|", "\\|").replace("\n", " ")


def _try(name: str) -> None:
    """Raise OutputError when a file cannot be written, as far as that shows without making it."""
    path = Path(name)
    number = 0
    if path.is_dir():
        number = errno.EISDIR
    elif not path.parent.is_dir():
        number = errno.ENOTDIR if path.parent.exists() else errno.ENOENT
    elif not os.access(path if path.exists() else path.parent, os.W_OK):
        number = errno.EACCES
    if number:
        raise write_error(name, OSError(number, os.strerror(number)))


def _opened(name: str) -> TextIO:
    try:
        return Path(name).open("w", encoding="utf-8")
    except OSError as error:
        raise write_error(name, error) from error


def _write(name: str, text: str, *, append: bool) -> None:
    try:
        with Path(name).open("a" if append else "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise write_error(name, error) from error
