"""Which reader a result gets: the API for the first rows, S3 for whole large results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Final, Protocol

from athena_shell.athena.s3_results import S3Reader, fewer_rows, is_readable
from athena_shell.core.errors import ResultError, ServiceError
from athena_shell.core.model import Page, QueryExecution, Report, ResultSet, Transferred

_MOST_WAYS: Final = 100


class ResultReader(StrEnum):
    """The setting ``result_reader``."""

    AUTO = "auto"
    API = "api"
    S3 = "s3"


class Reader(Protocol):
    """What opens a result."""

    def open(self, execution: QueryExecution) -> ResultSet:
        """Return the result; pages are fetched as they are read."""


class ChosenReader:
    """Opens results by the API and goes on by S3 where that is possible and worth it.

    The first page always comes from GetQueryResults: it brings the types, and is all there is of
    most results. When more rows are asked for, the object in S3 is opened once and the rows that
    were delivered are left out. Where S3 says no, the API goes on.

    Args:
        api: the reader over GetQueryResults.
        s3: the reader over the result object.
        choice: what the user set.
    """

    def __init__(self, api: Reader, s3: S3Reader, choice: ResultReader = ResultReader.AUTO) -> None:
        self._api = api
        self._s3 = s3
        self.choice = choice
        self._ways: dict[str, str] = {}

    def open(self, execution: QueryExecution) -> ResultSet:
        """Return the result; pages are fetched as they are read."""
        result = self._api.open(execution)
        self._note(execution, "Athena")
        if self.choice is ResultReader.API or not result.columns or not is_readable(execution):
            return result
        chosen = replace(result)
        first = next(result.pages)
        if first.next_token is not None:
            chosen.copy = partial(self._copy, execution, chosen, len(first.rows))
        chosen.pages = self._pages(execution, first, result, chosen)
        return chosen

    def way_of(self, query_id: str) -> str:
        """Return how a query's result was read here, such as ``S3``; empty when it was not."""
        return self._ways.get(query_id, "")

    def _note(self, execution: QueryExecution, way: str) -> None:
        self._ways.pop(execution.id, None)
        self._ways[execution.id] = way
        while len(self._ways) > _MOST_WAYS:
            del self._ways[next(iter(self._ways))]

    def _copy(
        self,
        execution: QueryExecution,
        chosen: ResultSet,
        least: int,
        descriptor: int,
        report: Report,
    ) -> Transferred:
        copied = self._s3.copy(execution, chosen.columns, descriptor, report)
        if copied.rows < least:
            raise fewer_rows(execution)
        chosen.reader = self._s3.name
        self._note(execution, "S3, the object copied as it is")
        return copied

    def _pages(
        self, execution: QueryExecution, first: Page, result: ResultSet, chosen: ResultSet
    ) -> Iterator[Page]:
        yield first
        if first.next_token is None:
            return
        try:
            pages = self._s3.pages(execution, result.columns, skip=len(first.rows))
        except (ServiceError, ResultError) as error:
            if self.choice is ResultReader.S3:
                raise
            self._note(execution, f"Athena, since S3 does not give it: {error.message}")
            yield from result.pages
            return
        chosen.reader = self._s3.name
        self._note(execution, "S3")
        yield from pages
