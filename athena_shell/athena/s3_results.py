"""The result of a query as its CSV object in S3.

A query's object is ``ID.csv``: a header line, then the rows (Athena user guide). DDL and utility
statements write ``ID.txt`` without a header and without quotes; those stay with the API.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from athena_shell.core.errors import ResultError
from athena_shell.core.model import Column, Page, QueryExecution, Report, Row, Transferred

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.athena.patience import Patience
    from athena_shell.athena.s3_object import Head, S3Object

_WORKERS: Final = 2


class S3Reader:
    """Reads results from S3.

    Args:
        caller: makes the requests.
        patience: for how long a range is asked for again.
        opening: for how long the first one is, while there is another way to the result.
        owner: the account that must own the bucket, or an empty text.
    """

    name = "s3"

    def __init__(
        self, caller: Caller, patience: Patience, opening: Patience, owner: str = ""
    ) -> None:
        self._caller = caller
        self._patience = patience
        self._opening = opening
        self._owner = owner

    def pages(
        self, execution: QueryExecution, columns: tuple[Column, ...], skip: int = 0
    ) -> Iterator[Page]:
        """Return the result's pages after the first ``skip`` rows; the object is opened now.

        Args:
            execution: a succeeded query with a result object.
            columns: from GetQueryResults, since the object knows no types.
            skip: rows that were delivered already.

        Raises:
            ServiceError: the object cannot be read.
            ResultError: it is missing, encrypted by the client, or not this query's result.
        """
        source, head, first = self._open(execution)
        rows = _rows(source.blocks(head, first, _WORKERS), columns, execution)
        return _paged(rows, skip, execution)

    def copy(
        self,
        execution: QueryExecution,
        columns: tuple[Column, ...],
        descriptor: int,
        report: Report,
    ) -> Transferred:
        """Copy the object as Athena wrote it into an empty regular file.

        Every value is quoted there, quotes inside are doubled, a NULL is nothing between commas,
        and the first line names the columns. The rows are counted on the way; what is left to
        count of a large object at its end is taken from Athena's statistics, where it tells them.

        Args:
            execution: a succeeded query with a result object.
            columns: from GetQueryResults; the object must begin with their names.
            descriptor: the file; bytes land at their own offsets.
            report: hears how far it is.

        Raises:
            ServiceError: S3 refuses the object or stayed unreachable; the API may still read it.
            ResultError: it is missing, was replaced meanwhile, or only its writer can read it.
            OSError: the file cannot be written.
        """
        from athena_shell.athena.download import COUNTED, Download
        from athena_shell.athena.told_rows import ToldRows

        source, head, first = self._open(execution)
        _rows(iter([first]), columns, execution)
        told = ToldRows(self._caller, execution, len(columns)) if head.size > COUNTED else None
        download = Download(source, descriptor, self._patience.clock, told=told)
        return download.run(head, first, report)

    def _open(self, execution: QueryExecution) -> tuple[S3Object, Head, bytes]:
        from athena_shell.athena.s3_object import S3Object

        source = S3Object(self._caller, execution.output_location, self._patience, self._owner)
        head, first = source.open(patience=self._opening)
        if head.client_encrypted:
            raise client_encrypted(source.url)
        return source, head, first


def _rows(
    blocks: Iterator[bytes], columns: tuple[Column, ...], execution: QueryExecution
) -> Iterator[list[Row]]:
    """Return the rows behind the first line, which must name the columns."""
    from athena_shell.athena.csv_rows import split_csv

    header, rows = _header(split_csv(blocks, len(columns)))
    if tuple(name or "" for name in header) != tuple(column.name for column in columns):
        raise ResultError(
            f"{execution.output_location} begins with other column names than the result of query"
            f" {execution.id} has.",
            "With result_reader = api it is read through Athena.",
        )
    return rows


def _header(blocks: Iterator[list[Row]]) -> tuple[Row, Iterator[list[Row]]]:
    first = next(blocks, None)
    if first is None:
        raise ResultError("The result object is empty: it lacks even the column names.")
    return first[0], chain([first[1:]], blocks)


def _paged(blocks: Iterator[list[Row]], skip: int, execution: QueryExecution) -> Iterator[Page]:
    left = skip
    pending: list[Row] | None = None
    for block in blocks:
        rows = block[left:] if left else block
        left = max(0, left - len(block))
        if not rows:
            continue
        if pending is not None:
            yield Page(tuple(pending), "s3")
        pending = rows
    if left:
        raise fewer_rows(execution)
    yield Page(tuple(pending or ()), None)


def fewer_rows(execution: QueryExecution) -> ResultError:
    """Return the error for an object that lacks rows which Athena has delivered."""
    return ResultError(
        f"The result object of query {execution.id} has fewer rows than Athena delivered.",
        r"Read the result again with \result and the query id.",
    )


def client_encrypted(url: str) -> ResultError:
    """Return the error for an object that only its writer's key opens."""
    return ResultError(
        f"{url} is encrypted by the client that wrote it.",
        "With result_reader = api it is read through Athena.",
        code="ClientSideEncryption",
    )


def is_readable(execution: QueryExecution) -> bool:
    """Whether a result can be had from S3 at all."""
    return (
        execution.statement_type == "DML"
        and execution.output_location.endswith(".csv")
        and not execution.managed_results
        and execution.encryption != "CSE_KMS"
    )
