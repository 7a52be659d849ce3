"""A result that is read on after a person has renewed the login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from athena_shell.core.errors import LoginRequired, ResultError
from athena_shell.core.model import Page

if TYPE_CHECKING:
    from athena_shell.core.model import QueryExecution, ResultSet
    from athena_shell.core.ports import Engine


def read_on(
    result: ResultSet,
    execution: QueryExecution,
    engine: Callable[[], Engine],
    require_login: Callable[[LoginRequired], None],
) -> ResultSet:
    """Return the result with pages that outlive the login.

    When a page needs a login, a person is asked on the thread that reads; then the result of the
    same query is opened again and what was delivered is left out. A finished result does not
    change, so its rows can be counted instead of remembered.

    Args:
        result: the open result.
        execution: the query that it belongs to.
        engine: the query service, as it is after the login.
        require_login: gets a person to renew the login, or raises LoginRequired.
    """
    return replace(result, pages=_pages(result, execution, engine, require_login))


def _pages(
    result: ResultSet,
    execution: QueryExecution,
    engine: Callable[[], Engine],
    require_login: Callable[[LoginRequired], None],
) -> Iterator[Page]:
    delivered = 0
    pages: Iterator[Page] | None = result.pages
    while True:
        try:
            if pages is None:
                again = engine().fetch(execution)
                if again.columns != result.columns:
                    raise _changed(execution)
                pages = _without(again.pages, delivered, execution)
            for page in pages:
                delivered += len(page.rows)
                yield page
        except LoginRequired as error:
            pages = None
            ask(error, execution.id, require_login)
        else:
            return


def ask(
    error: LoginRequired, query_id: str, require_login: Callable[[LoginRequired], None]
) -> None:
    """Have a person renew the login; raises LoginRequired with the way to the result."""
    try:
        require_login(error)
    except LoginRequired as refused:
        raise LoginRequired(
            f"The result of query {query_id} was not read to its end: {refused.message}",
            f"{refused.hint} \\result {query_id} (or athena-shell --attach {query_id}) then shows"
            " all of it; nothing runs again.".lstrip(),
            code=refused.code,
        ) from error


def _without(pages: Iterator[Page], count: int, execution: QueryExecution) -> Iterator[Page]:
    """Yield the pages behind the first ``count`` rows."""
    left = count
    for page in pages:
        rows = page.rows[left:]
        left -= min(left, len(page.rows))
        if rows:
            yield replace(page, rows=rows)
    if left:
        raise _changed(execution)


def _changed(execution: QueryExecution) -> ResultError:
    return ResultError(
        f"The result of query {execution.id} changed while it was read.",
        r"\result with the query id reads it again from its start.",
    )
