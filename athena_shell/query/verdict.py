"""What the end of an execution means for the user."""

from __future__ import annotations

from typing import Final

from athena_shell.athena.errors import hint_for
from athena_shell.core.errors import CostRefused, QueryCancelled, QueryFailed, QueryTimedOut
from athena_shell.core.model import QueryExecution, QueryState
from athena_shell.query.control import StopReason
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.interruption import cancelled
from athena_shell.query.terms import Limits

_REVIVING: Final = "slowdown"
_SCAN_LIMIT: Final = "bytes scanned limit"


def may_revive(execution: QueryExecution) -> bool:
    """Whether a failure is looked at once more before it is believed.

    Queries were seen to leave FAILED again after S3 said SlowDown (growthbook issue 1866).
    """
    if execution.state is not QueryState.FAILED:
        return False
    retryable = execution.failure is not None and execution.failure.retryable
    return retryable or _REVIVING in execution.reason.lower().replace(" ", "")


def failure_of(
    execution: QueryExecution,
    reason: StopReason | None = None,
    limits: Limits | None = None,
    price: Price | None = None,
) -> QueryFailed | QueryCancelled | QueryTimedOut | CostRefused:
    """Return the error for an execution that ended FAILED or CANCELLED.

    Args:
        execution: as it ended.
        reason: why this shell stopped it, ``None`` when it did not.
        limits: what it was started with.
        price: to say what it cost.
    """
    failure = _failure_of(execution, reason, limits or Limits(), price)
    failure.execution = execution
    return failure


def _failure_of(
    execution: QueryExecution, reason: StopReason | None, limits: Limits, price: Price | None
) -> QueryFailed | QueryCancelled | QueryTimedOut | CostRefused:
    if execution.state is QueryState.FAILED:
        told = execution.failure.message if execution.failure else ""
        message = execution.reason or told or "Athena gives no reason."
        name = message.split(":", 1)[0]
        return QueryFailed(
            message,
            hint_for(message),
            code=name if name.isupper() else "",
            query_id=execution.id,
        )
    spent = spent_by(execution, price)
    if reason is StopReason.TIMEOUT:
        return QueryTimedOut(
            f"Stopped at the time limit of {limits.seconds or 0:g} s{spent}.",
            query_id=execution.id,
        )
    if reason is StopReason.COST:
        return CostRefused(
            f"Stopped at the scan limit of {format_bytes(limits.scan_bytes)}{spent}.",
            "Raise max_scan_per_query, or read fewer partitions or columns.",
            query_id=execution.id,
        )
    if reason is None:
        return _stopped_by_others(execution, spent)
    return cancelled(reason, f"Stopped{spent}.", query_id=execution.id)


def _stopped_by_others(execution: QueryExecution, spent: str) -> QueryFailed | CostRefused:
    """Return the error for a stop that nobody here wished for; it is no interrupt."""
    told = f": {execution.reason}" if execution.reason else "."
    if _SCAN_LIMIT in execution.reason.lower():
        return CostRefused(
            f"A limit of the workgroup stopped the query{spent}{told}",
            "Filter on partition columns, or read fewer columns.",
            query_id=execution.id,
        )
    return QueryFailed(f"Somebody else stopped the query{spent}{told}", query_id=execution.id)


def spent_by(execution: QueryExecution, price: Price | None) -> str:
    """Return text such as `` after scanning 1.20 GB, $0.0059``; empty when nothing is known."""
    scanned = execution.statistics.scanned_bytes
    if scanned is None:
        return ""
    cost = price.of_query(execution) if price is not None else None
    money = f", {format_cost(cost, price.symbol)}" if price is not None and cost is not None else ""
    return f" after scanning {format_bytes(scanned)}{money}"
