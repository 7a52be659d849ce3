"""How many rows a result has, as Athena itself tells it after the query's end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from athena_shell.athena.ahead import Ahead
from athena_shell.athena.stages import parse_statistics
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import QueryExecution

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller


class ToldRows:
    """Asks GetQueryRuntimeStatistics at once, in the background; nobody ever waits for it.

    The figure arrives some time after the query's end, or never under Lake Formation row filters
    (botocore's service model of Athena); of a reused result it would speak of the run that did not
    take place, so that is not asked about.

    Args:
        caller: makes the request.
        execution: a succeeded query whose result is its rows.
        width: the number of columns.
    """

    def __init__(self, caller: Caller, execution: QueryExecution, width: int) -> None:
        self._width = width
        self._ahead = (
            None if execution.statistics.reused else Ahead(partial(_asked, caller, execution.id))
        )

    def within(self, size: int, least: int) -> int | None:
        """Return the rows, or ``None`` when they are not told (yet) or cannot be right.

        Args:
            size: of the result object in bytes.
            least: rows that were counted in it already.
        """
        if self._ahead is None or not self._ahead.is_done:
            return None
        rows = self._ahead.result()
        # a row has its commas and its line end at the least
        return rows if rows and least <= rows <= size // self._width else None


def _asked(caller: Caller, query_id: str) -> int | None:
    try:
        reply = caller.call("athena", "get_query_runtime_statistics", QueryExecutionId=query_id)
        return parse_statistics(reply).output_rows
    except AthenaShellError:  # the rows can be counted as well
        return None
