"""The result of a query as its CSV object in S3.

A query's object is ``ID.csv``: a header line, then the rows (Athena user guide). DDL and utility
statements write ``ID.txt`` without a header and without quotes; those stay with the API.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from athena_shell.athena.csv_rows import split_csv
from athena_shell.athena.s3_object import S3Object
from athena_shell.core.errors import ResultError
from athena_shell.core.model import Column, Page, QueryExecution, Row

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.athena.patience import Patience

_WORKERS: Final = 2
_PIECE: Final = 256 * 1024  # rows of one piece are in memory at once, many times its size


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
        source = S3Object(self._caller, execution.output_location, self._patience, self._owner)
        head, first = source.open(patience=self._opening)
        if head.client_encrypted:
            raise client_encrypted(source.url)
        pieces = _pieces(source.blocks(head, first, _WORKERS))
        blocks = split_csv(pieces, len(columns))
        header, rows = _header(blocks)
        if tuple(name or "" for name in header) != tuple(column.name for column in columns):
            raise ResultError(
                f"{source.url} begins with other column names than the result of query"
                f" {execution.id} has.",
                "With result_reader = api it is read through Athena.",
            )
        return _paged(rows, skip, execution)


def _pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for start in range(0, len(block), _PIECE):
            yield block[start : start + _PIECE]


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
        raise ResultError(
            f"The result object of query {execution.id} has fewer rows than Athena delivered.",
            r"Read the result again with \result and the query id.",
        )
    yield Page(tuple(pending or ()), None)


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
