"""The result of a query as pages of GetQueryResults.

Pages hold at most 1,000 rows and are chained by ``NextToken``, so one result cannot be read in
parallel (botocore's service model of Athena).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from athena_shell.athena.ahead import Ahead
from athena_shell.athena.parse import (
    Reply,
    fit,
    has_header,
    incomplete,
    is_write,
    parse_columns,
    parse_rows,
)
from athena_shell.athena.patience import Patience
from athena_shell.athena.quick_rows import Milestones, decode_quickly, told
from athena_shell.core.errors import QueryFailed, ResultError, ServiceError
from athena_shell.core.model import Column, Page, QueryExecution, ResultSet, Row
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller

PAGE_ROWS: Final = 1000
_RESTARTS: Final = 3
_SENDING: Final = 0.05

FetchReply = Callable[[str, str | None, Milestones | None], Reply]
"""Query id and page token to one GetQueryResults reply; the milestones hear of it on its way."""

Seen = dict[int, int]
"""Hashes of page tokens to the number of the page that each brings."""


@dataclass(frozen=True)
class _Fetched:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    next_token: str | None
    update_count: int | None


class ApiReader:
    """Reads results through GetQueryResults.

    Args:
        fetch: makes one call; renews an expired session by itself.
        patience: how long a page is asked for again.
    """

    name = "api"

    def __init__(self, fetch: FetchReply, patience: Patience) -> None:
        self._fetch = fetch
        self._patience = patience

    def open(self, execution: QueryExecution) -> ResultSet:
        """Return the result; the first page is fetched now, each other when it is read.

        Raises:
            ResultError: the result is not there any more or does not fit its own metadata.
            ServiceError: the service stayed unreachable.
            AuthError: the session was refused.
        """
        try:
            first = self.page(execution, None, {})
        except QueryFailed as error:
            raise ResultError(
                f"The result of query {execution.id} cannot be had: {error.message}",
                "It was deleted or has passed its time; run the statement again.",
                code=error.code,
            ) from error
        written = is_write(execution)
        return ResultSet(
            columns=() if written else first.columns,
            pages=iter(()) if written else self._pages(execution, first),
            update_count=first.update_count if written else None,
            reader=self.name,
        )

    def _pages(self, execution: QueryExecution, first: _Fetched) -> Iterator[Page]:
        """Yield the pages; when a token is refused, start anew and leave out what was delivered.

        A finished result does not change, so rows can be counted instead of remembered.
        """
        delivered = 0
        skip = 0
        restarts = 0
        seen: Seen = {}
        page = first
        coming: _Coming | None = None
        while True:
            rows = page.rows[skip:] if skip else page.rows
            skip = max(0, skip - len(page.rows))
            delivered += len(rows)
            if rows or page.next_token is None:
                yield Page(rows, page.next_token)
            if page.next_token is None:
                if skip:
                    raise _changed(execution)
                return
            coming = self._behind(coming, execution, page.next_token, seen)
            try:
                page = coming.result()
            except QueryFailed:
                restarts += 1
                if restarts > _RESTARTS:
                    raise
                skip = delivered
                seen = {}
                coming = None
                page = self.page(execution, None, seen)
            if page.columns != first.columns:
                raise _changed(execution)

    def _behind(
        self, coming: _Coming | None, execution: QueryExecution, token: str, seen: Seen
    ) -> _Coming:
        """Return the page behind one: on its way already, once somebody reads on."""
        if coming is not None and coming.behind is not None and coming.behind.token == token:
            return coming.behind
        number = 1 if coming is None else coming.number + 1
        return _Coming(partial(self.page, execution), token, number, seen)

    def page(
        self,
        execution: QueryExecution,
        token: str | None,
        seen: Seen,
        milestones: Milestones | None = None,
    ) -> _Fetched:
        """Fetch one page, again and again in bad weather; for the pages on their way."""
        return self._patience.repeat(lambda: self._attempt(execution, token, seen, milestones))

    def _attempt(
        self,
        execution: QueryExecution,
        token: str | None,
        seen: Seen,
        milestones: Milestones | None,
    ) -> _Fetched:
        reply = self._fetch(execution.id, token, milestones)
        columns = parse_columns(reply)
        rows = parse_rows(reply)
        next_token = reply.get("NextToken")
        if next_token is not None and _is_repeated(next_token, token, seen):
            raise ServiceError(
                "Athena handed out a page token for the second time.",
                r"\result with the query id reads the result again from its start.",
                code="RepeatedToken",
                transient=True,
            )
        if token is None and has_header(execution):
            rows = _without_header(rows, columns)
        return _Fetched(
            columns=columns,
            rows=_fitted(rows, len(columns), execution),
            next_token=next_token,
            update_count=reply.get("UpdateCount"),
        )


class _Coming:
    """A page on its way.

    Once it is wanted, the page behind it is asked for the moment its own token is known: then the
    service works while the rows are decoded here.

    Args:
        fetch: fetches a page by its token.
        token: of this page.
        number: of this page, counted from 0.
        seen: the tokens of the pages so far.
    """

    def __init__(
        self,
        fetch: Callable[[str, Seen, Milestones], _Fetched],
        token: str,
        number: int,
        seen: Seen,
    ) -> None:
        seen.setdefault(hash(token), number)
        self._fetch = fetch
        self._seen = seen
        self._lock = threading.Lock()
        self._wanted = False
        self._next_token: str | None = None
        self._left = threading.Event()
        self.token = token
        self.number = number
        self.behind: _Coming | None = None
        milestones = Milestones(self._left.set, self._hear)
        self._ahead = Ahead(lambda: fetch(token, seen, milestones))

    def result(self) -> _Fetched:
        """Wait for the page; raises what fetching it raises."""
        with self._lock:
            self._wanted = True
        self._go_on()
        return self._ahead.result()

    def _hear(self, next_token: str) -> None:
        with self._lock:
            self._next_token = next_token
        self._go_on()

    def _go_on(self) -> None:
        with self._lock:
            token = self._next_token
            if not self._wanted or token is None or self.behind is not None:
                return
            if _is_repeated(token, self.token, self._seen):
                return
            self.behind = _Coming(self._fetch, token, self.number + 1, self._seen)
        self.behind.wait_until_left()

    def wait_until_left(self) -> None:
        """Wait, but not for long, until the request has the processor no more to itself."""
        self._left.wait(_SENDING)


def _is_repeated(next_token: str, token: str | None, seen: Seen) -> bool:
    """Whether a reply hands out the token of its own page or of one before."""
    number = 0 if token is None else seen.get(hash(token), 0)
    return seen.get(hash(next_token), number + 1) <= number


def _without_header(rows: list[Row], columns: tuple[Column, ...]) -> list[Row]:
    """Drop the first row of a query's first page when it does repeat the names."""
    if rows and len(rows[0]) == len(columns) and _is_header(rows[0], columns):
        return rows[1:]
    return rows


def _is_header(row: Row, columns: tuple[Column, ...]) -> bool:
    return all((cell or "") == column.name for cell, column in zip(row, columns, strict=True))


def _fitted(rows: list[Row], width: int, execution: QueryExecution) -> tuple[Row, ...]:
    if all(len(row) == width for row in rows):
        return tuple(rows)
    if execution.statement_type == "DML":
        raise incomplete("GetQueryResults", "all cells of a row")
    fitted: list[Row] = []
    for row in rows:
        cells = fit(row, width)
        if cells is None:
            raise ResultError(
                f"A row of query {execution.id} has {len(row)} cells where the result "
                f"has {width} columns.",
                "The result object in S3 may still be read.",
            )
        fitted.append(cells)
    return tuple(fitted)


def _changed(execution: QueryExecution) -> ResultError:
    return ResultError(
        f"The result of query {execution.id} changed while it was read.",
        r"\result with the query id reads it again from its start.",
    )


def fetch_by(caller: Caller, page_rows: int = PAGE_ROWS) -> FetchReply:
    """Return a fetcher over a caller."""

    def fetch(query_id: str, token: str | None, milestones: Milestones | None) -> Reply:
        parameters: dict[str, Any] = {"QueryExecutionId": query_id, "MaxResults": page_rows}
        if token is not None:
            parameters["NextToken"] = token

        def step(client: Any) -> Reply:
            decode_quickly(client)
            with told(milestones):
                reply: Reply = client.get_query_results(**parameters)
            return reply

        answer: Reply = caller.attempt("athena", "GetQueryResults", step)
        return answer

    return fetch
