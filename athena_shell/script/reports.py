"""What a run leaves behind: a summary, figures in JSON, a JUnit file, a GitHub step summary."""

from __future__ import annotations

from athena_shell.core.errors import OutputError
from athena_shell.query.cost import Price
from athena_shell.query.progress_text import folded
from athena_shell.script.record import Record
from athena_shell.script.report_file import ReportFile
from athena_shell.script.summary_table import SummaryTable
from athena_shell.script.talk import Talk
from athena_shell.script.totals import Totals

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Names the file of GitHub's step summary."""


class Reports:
    """Takes the records of a run as they come and writes the reports.

    Args:
        stats: a file for one JSON object a statement, written as they end; empty for none.
        junit: a file for a JUnit report, written at the end; empty for none.
        github: the file of the step summary, empty for none.
        price: to show costs; ``None`` leaves them out.
        summary: whether the table and the last line are said.

    Raises OutputError when a file cannot be opened; all are, before anything runs.
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
        self._stats = ReportFile(stats) if stats else None
        self._junit = ReportFile(junit) if junit else None
        self._github = ReportFile(github, added=True) if github else None
        self._price, self._summary = price, summary
        self._table = SummaryTable()
        self.totals = Totals()
        self.records: list[Record] = []
        self.broken: OutputError | None = None
        """Why a report is not whole; the statement at hand is still told, no other is begun."""

    def add(self, record: Record) -> None:
        """Take a record whose statement has ended."""
        self.totals.take(record)
        self._table.take(record)
        if self._junit or self._github:
            self.records.append(record)
        self._write(self._stats, record.as_json() + "\n")

    def finish(self, talk: Talk, *, expected: int | None = None) -> None:
        """Write what is written at the end, and say the summary of a run of several statements.

        Args:
            talk: where the summary goes.
            expected: how many statements there were to run; ``None`` when nobody knows.
        """
        self.totals.left = max(0, (expected or 0) - self.totals.statements)
        parts = self.totals.parts(self._price)
        if self._junit:
            # Loaded for a report alone: a run without one starts the sooner.
            from athena_shell.script.junit import junit_text

            self._write(self._junit, junit_text(self.records))
        if self._github:
            from athena_shell.script.step_summary import step_summary

            self._write(self._github, step_summary(self.records, folded(parts, 0), self._price))
        for file in (self._stats, self._junit, self._github):
            if file is not None:
                file.close()
        if self.totals.records + self.totals.left > 1 and self._summary:
            talk.normal(f"\n{self._table.text(self._price, talk.width())}")
            talk.figures(parts)

    def _write(self, file: ReportFile | None, text: str) -> None:
        try:
            if file is not None:
                file.write(text)
        except OutputError as error:
            self.broken = self.broken or error
