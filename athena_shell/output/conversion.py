"""A result's own CSV turned into a typed file, without its rows ever being Python's."""

from __future__ import annotations

import tempfile

from athena_shell.core.model import Report, ResultSet, Transferred
from athena_shell.output.export import FileWriter
from athena_shell.output.registry import Formatter


def converted(
    formatter: Formatter, result: ResultSet, writer: FileWriter, report: Report
) -> Transferred | None:
    """Write a result through a nameless temporary copy of its CSV.

    Args:
        formatter: the typed format.
        result: its ``copy`` is used; its rows are not touched.
        writer: an empty file.
        report: hears of the progress, on the calling thread.

    Returns:
        What was written, or ``None`` when the rows have to be written one by one; the file is
        empty again then.

    Raises:
        OutputError: a value does not read as its type, or a disk is full.
        ResultError, ServiceError, LoginRequired: as the copy raises them.
    """
    copy, convert = result.copy, formatter.convert
    if copy is None or convert is None or not writer.regular:
        return None
    with tempfile.TemporaryFile(prefix="athena-shell-") as csv:
        copy(csv.fileno(), report)
        csv.seek(0)
        rows = _Rows(report, writer)
        stream = writer.binary
        if not convert(result.columns, csv, stream, rows.heard):
            stream.seek(0)
            stream.truncate()
            return None
        return Transferred(rows.count, stream.tell())


class _Rows:
    """Counts rows and tells how far the file is."""

    def __init__(self, report: Report, writer: FileWriter) -> None:
        self._report = report
        self._writer = writer
        self.count = 0

    def heard(self, count: int) -> None:
        self.count = count
        self._report(Transferred(count, self._writer.binary.tell()))
