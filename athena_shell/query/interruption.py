"""The ends of a statement that its owner brought about."""

from __future__ import annotations

from typing import Final

from athena_shell.core.errors import ExitCode, QueryCancelled, QueryError
from athena_shell.query.control import StopReason

UNSENT: Final = "Stopped before it was started; nothing ran."
"""Said of a statement that Athena has certainly never seen."""


class Detached(QueryError):
    """The user left the query running; ``query_id`` says which."""

    exit_code = ExitCode.INTERRUPTED


class QueryTerminated(QueryCancelled):
    """The query was stopped because the program was asked to end (SIGTERM)."""

    exit_code = ExitCode.TERMINATED


class QueryHungUp(QueryCancelled):
    """The query was stopped because the terminal went away (SIGHUP)."""

    exit_code = ExitCode.HANGUP


_BY_REASON: Final = {
    StopReason.TERMINATE: QueryTerminated,
    StopReason.HANGUP: QueryHungUp,
}


def cancelled(
    reason: StopReason | None, message: str, hint: str = "", *, query_id: str = ""
) -> QueryCancelled:
    """Return the error that fits the reason of a stop."""
    error = QueryCancelled if reason is None else _BY_REASON.get(reason, QueryCancelled)
    return error(message, hint, query_id=query_id)


def detached(query_id: str) -> Detached:
    """Return what tells the user which query was left running."""
    return Detached(
        f"Query {query_id} was left running.",
        rf"\attach {query_id} watches it again, \stop {query_id} stops it.",
        query_id=query_id,
    )
