"""Which reader a result gets: the API for the first rows, S3 for whole large results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Protocol

from athena_shell.athena.s3_results import S3Reader, is_readable
from athena_shell.core.errors import ResultError, ServiceError
from athena_shell.core.model import Page, QueryExecution, ResultSet


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
        copy: copies the result object into a file; see ``ResultSet.copy``.
    """

    def __init__(
        self,
        api: Reader,
        s3: S3Reader,
        choice: ResultReader = ResultReader.AUTO,
        copy: Callable[[QueryExecution, int], int] | None = None,
    ) -> None:
        self._api = api
        self._s3 = s3
        self._copy = copy
        self.choice = choice

    def open(self, execution: QueryExecution) -> ResultSet:
        """Return the result; pages are fetched as they are read."""
        result = self._api.open(execution)
        if self.choice is ResultReader.API or not result.columns or not is_readable(execution):
            return result
        chosen = replace(result)
        first = next(result.pages)
        if first.next_token is not None and self._copy is not None:
            chosen.copy = partial(self._copy, execution)
        chosen.pages = self._pages(execution, first, result, chosen)
        return chosen

    def _pages(
        self, execution: QueryExecution, first: Page, result: ResultSet, chosen: ResultSet
    ) -> Iterator[Page]:
        yield first
        if first.next_token is None:
            return
        try:
            pages = self._s3.pages(execution, result.columns, skip=len(first.rows))
        except (ServiceError, ResultError):
            if self.choice is ResultReader.S3:
                raise
            yield from result.pages
            return
        chosen.reader = self._s3.name
        yield from pages
